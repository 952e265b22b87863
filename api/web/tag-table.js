import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { named, t } from "./language.js";
import { Part } from "./part.js";
import { shown, span } from "./units.js";

const SIGNS = { good: "", uncertain: "△", bad: "✕", stale: "◷", "no-data": "–", substituted: "S" };
const ORDER = ["bad", "stale", "no-data", "uncertain", "substituted", "good"];
const SHORT = 10;

export function qualityNow(reading) {
  return feed.link === "lost" && reading.quality === "good" ? "stale" : reading.quality;
}

export function qualityBadge(quality) {
  return h("span", { class: `quality q-${quality}` }, SIGNS[quality] ? `${SIGNS[quality]} ` : "", t(`quality.${quality}`));
}

export function alarmOf(reading) {
  const detector = feed.plant?.detectors.find((item) => item.tag === reading.tag);
  if (!detector || reading.value === null) return null;
  const reached = Object.entries(detector.setpoints).filter(([, limit]) => reading.value >= limit);
  return reached.length ? reached.sort((a, b) => b[1] - a[1])[0][0] : null;
}

class TagTable extends Part {
  static on = ["snapshot", "link", "tick", "plant"];

  draw() {
    const readings = [...(feed.snapshot?.readings ?? [])].sort((a, b) => weight(a) - weight(b));
    const abnormal = readings.filter((reading) => weight(reading) < ORDER.length).length;
    const rows = this.all ? readings : readings.slice(0, Math.max(SHORT, abnormal));
    fill(
      this,
      h("h2", {}, t("tags.title")),
      readings.length
        ? h("div", { class: "scroll" }, h("table", {}, head(), h("tbody", {}, rows.map((reading) => this.row(reading)))))
        : h("p", { class: "quiet" }, t("tags.none")),
      readings.length > SHORT && h("button", { type: "button", class: "more", onclick: () => {
        this.all = !this.all;
        this.draw();
      } }, this.all ? t("tags.some") : t("tags.all", { count: readings.length })),
    );
  }

  row(reading) {
    const quality = qualityNow(reading);
    const { text, unit } = shown(reading.value, reading.unit, reading.quantity);
    const alarm = alarmOf(reading);
    const pick = () => feed.dispatchEvent(new CustomEvent("pick", { detail: reading.tag }));
    return h(
      "tr",
      { class: `reading r-${quality}${alarm ? " alarm" : ""}`, dataset: { tag: reading.tag, quality } },
      h("th", { scope: "row" }, h("button", { type: "button", class: "tag", onclick: pick }, reading.tag)),
      h("td", { class: "name" }, named(reading) || reading.target),
      h("td", { class: "value" }, alarm && h("span", { class: "alarm-mark" }, `◆ ${t("tags.alarm")} ${t(`alarm.${alarm}`)} `),
        h("span", { class: "number" }, text), unit ? ` ${unit}` : ""),
      h("td", {}, qualityBadge(quality)),
      h("td", { class: "age" }, span(feed.age(reading))),
    );
  }
}

function weight(reading) {
  if (alarmOf(reading)) return -1;
  return ORDER.indexOf(qualityNow(reading)) + (reading.quality === "good" ? 1 : 0);
}

function head() {
  const names = ["tag", "what", "value", "quality", "age"];
  return h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col", class: name }, t(`tags.${name}`)))));
}

customElements.define("tag-table", TagTable);
