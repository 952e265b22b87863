import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { language, named, t } from "./language.js";
import { Part } from "./part.js";
import { clock } from "./units.js";

class PageHeader extends Part {
  static on = ["plant", "link", "connection", "tick"];

  draw() {
    const lost = feed.link === "lost";
    const other = language.code === "zh" ? "en" : "zh";
    document.title = feed.plant ? `${t("title")} – ${named(feed.plant)}` : t("title");
    this.state ??= h("span", { role: "status" });
    this.state.className = lost || feed.connected === false ? "state abnormal" : "state";
    this.state.textContent = this.words(lost);
    this.clock ??= h("time");
    this.clock.textContent = clock(new Date().toISOString());
    this.button ??= h("button", { type: "button", onclick: () => language.set(language.code === "zh" ? "en" : "zh") });
    this.button.textContent = t("language.other");
    this.button.lang = other;
    this.button.setAttribute("aria-label", t("language.label"));
    const title = h("h1", {}, t("title"), h("span", { class: "plant" }, feed.plant ? named(feed.plant) : ""));
    if (this.firstElementChild) this.firstElementChild.replaceWith(title);
    else fill(this, title, this.state, this.clock, this.button);
    document.body.classList.toggle("lost", lost);
  }

  words(lost) {
    if (lost) return `⚠ ${t("feed.lost", { at: clock(feed.lostAt) })}`;
    if (feed.link === "connecting") return t("feed.connecting");
    if (feed.connected === null && !feed.snapshot) return `● ${t("feed.live")}, ${t("plant.none")}`;
    return feed.connected === false ? `⚠ ${t("plant.lost")}` : `● ${t("feed.live")}, ${t("plant.connected")}`;
  }
}

customElements.define("page-header", PageHeader);
