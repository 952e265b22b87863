// What the release does if it is lit: how far fires and explosions reach, who gets what, which vessels fail next.
import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { caveats } from "./forecast-panel.js";
import { language, t } from "./language.js";
import { BURNS } from "./map-style.js";
import { Part } from "./part.js";
import { metres, span } from "./units.js";

const LEAST_PROBABILITY = 0.005; // of failing, from which a vessel is named
const said = (item) => (language.code === "zh" && item.says_zh) || item.says;

class IgnitionPanel extends Part {
  static on = ["forecast"];

  draw() {
    const found = feed.shownSummary?.ignition;
    this.hidden = !found;
    if (!found) return fill(this);
    const picture = feed.pictureOfIgnition(language.code);
    return fill(this, h("h2", {}, t("ignition.title")),
      h("p", { class: "quiet" }, t("ignition.what")),
      caveats(found.caveats),
      reaches(found.lit),
      receptors(found.receptors),
      next(found.escalation),
      h("details", {}, h("summary", {}, t("ignition.how")),
        h("ul", { class: "quiet" }, [...new Set(found.lit.flatMap(said))].map((words) => h("li", {}, words)))),
      picture && h("p", {}, h("a", { href: picture, target: "_blank", rel: "noopener" }, t("ignition.picture"))));
  }
}

export function swatch(level) {
  const element = h("span", { class: "swatch" });
  element.style.background = BURNS[level];
  return element;
}

function reaches(lit) {
  const rows = lit.filter((item) => item.edge === "outer").flatMap((item) => {
    const best = lit.find((other) => other.edge === "best" && other.kind === item.kind);
    return Object.entries(item.reach_m).map(([level, far]) => ({ kind: item.kind, level, far, near: best?.reach_m[level] }));
  });
  const reach = (value) => (value === undefined ? "—" : value > 0 ? metres(value) : t("zones.not"));
  return table(["ignition.kind", "zones.level", "zones.outer", "zones.best"], rows.map(({ kind, level, far, near }) => [
    t(`ignition.${kind}`), [swatch(level), level.replace("m2", "m²")], h("strong", {}, reach(far)), reach(near)]));
}

function receptors(found) {
  const rows = found.filter((row) => row.edge === "outer").sort((a, b) => b.heat_flux_W_m2 - a.heat_flux_W_m2);
  const places = new Map((feed.shownSummary.receptors ?? []).map((item) => [item.id, item]));
  const called = ({ id }) => (language.code === "zh" && places.get(id)?.name_zh) || places.get(id)?.name || id;
  const both = (row, field) => {
    const best = found.find((other) => other.edge === "best" && other.id === row.id);
    return [h("strong", {}, thousands(row[field])), best && ` (${thousands(best[field])})`];
  };
  return rows.length > 0 && h("div", {}, h("h3", {}, t("ignition.people")),
    table(["receptors.who", "ignition.heat", "ignition.pressure", "ignition.flash"], rows.map((row) => [
      called(row), both(row, "heat_flux_W_m2"), both(row, "overpressure_Pa"), t(row.in_flash_fire ? "yes" : "no")])));
}

const thousands = (value) => (value < 10 ? "< 0.01" : (value / 1000).toPrecision(value < 1e5 ? 2 : 3));

function next(rows) {
  const likely = rows.filter((row) => row.probability >= LEAST_PROBABILITY);
  const outer = likely.filter((row) => row.edge === "outer");
  return h("div", {}, h("h3", {}, t("ignition.next")), outer.length === 0
    ? h("p", {}, t("ignition.none"))
    : h("ol", { class: "chain" }, alike(outer).map(([row, targets]) => h("li", {},
      h("strong", {}, targets.join(", ")), " ", t(`ignition.by-${row.by}`), ", ", when(row), ", ",
      t("ignition.probability", { value: row.probability.toFixed(2) }),
      likely.some((other) => other.edge === "best" && targets.includes(other.target)) && `, ${t("ignition.best-too")}`,
      row.then && h("div", { class: "quiet" }, `→ ${t("ignition.ball", { mass: Math.round(row.then.mass_kg).toLocaleString("en"),
        across: metres(row.then.diameter_m), lasts: span(row.then.duration_s),
        reach: metres(row.then.reach_m["12.5 kW/m2"]) })}`)))));
}

// Vessels of which the same is said are named together.
function alike(rows) {
  const found = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.by, row.probability.toFixed(2), when(row), row.then?.mass_kg]);
    found.set(key, [found.get(key)?.[0] ?? row, [...(found.get(key)?.[1] ?? []), row.target]]);
  }
  return [...found.values()];
}

function when(row) {
  const after = row.time_to_failure_s;
  if (after === null) return t("ignition.in-time");
  return after === 0 ? t("ignition.at-once") : t("ignition.after", { after: span(after) });
}

function table(head, rows) {
  return h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first),
      cells.map((cell) => h("td", {}, cell)))))));
}

customElements.define("ignition-panel", IgnitionPanel);
