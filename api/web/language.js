// The message catalogue in use. Components listen for "language" on `language` and draw themselves again.
import { en } from "./messages/en.js";
import { zh } from "./messages/zh.js";

const CATALOGUES = { en, zh };

class Language extends EventTarget {
  constructor() {
    super();
    const asked = new URLSearchParams(location.search).get("lang");
    const kept = localStorage.getItem("leakcast.language");
    const first = asked || kept || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
    this.code = first in CATALOGUES ? first : "en";
    document.documentElement.lang = this.code;
  }

  set(code) {
    this.code = code;
    localStorage.setItem("leakcast.language", code);
    document.documentElement.lang = code;
    this.dispatchEvent(new Event("language"));
  }
}

export const language = new Language();

export function t(key, values = {}) {
  const text = CATALOGUES[language.code][key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// A thing's own name in the language in use; both when the other is all there is.
export function named(thing) {
  return (language.code === "zh" && thing.name_zh) || thing.name || thing.tag || thing.id || "";
}
