// Base of the page's elements: draws again when the language changes or something it listens to happens.
import { feed } from "./feed.js";
import { language } from "./language.js";

export class Part extends HTMLElement {
  static on = [];

  connectedCallback() {
    const draw = () => this.draw();
    language.addEventListener("language", draw);
    for (const name of this.constructor.on) feed.addEventListener(name, draw);
    this.start?.();
    this.draw();
  }
}
