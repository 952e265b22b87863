import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { language, named, t } from "./language.js";
import { Part } from "./part.js";
import { clock, metres, ppm, rate, span } from "./units.js";

const FARTHEST_M = 10000; // nothing is drawn beyond
const HEAVY = ["not valid here", "degraded"];

export function branchName(branch, summary) {
  if (branch === "isolation-fails") return t("branch.isolation-fails");
  const found = summary?.branches?.find((item) => (item.branch ?? item.name) === branch);
  const at = found?.isolated_after_s ?? found?.isolation_s ?? null;
  return at === null ? branch : t("branch.isolates", { at: span(at) });
}

const said = (item) => (language.code === "zh" && item.says_zh) || item.says;
const evidence = (event) => (language.code === "zh" && event.evidence_zh) || event.evidence;

export function zoneText(zone, key) {
  const distance = zone[key];
  const outer = key === "max_distance_m";
  if (distance === null || distance === undefined) return (outer && zone.says) || "—";
  if (distance === 0) return t("zones.not");
  if (!(outer ? zone.beyond_limit : zone.best_beyond_limit)) return metres(distance);
  return distance >= FARTHEST_M * 0.999 ? t("zones.beyond") : t("zones.travel", { distance: metres(distance) });
}

class ForecastPanel extends Part {
  static on = ["forecast", "leak", "link"];

  draw() {
    const summary = feed.shownSummary;
    this.classList.toggle("active", Boolean(summary));
    this.classList.toggle("changed", feed.showing === "changed");
    if (!summary) {
      fill(this, h("h2", {}, t("forecast.title")), h("p", { class: "quiet" }, t("forecast.none")),
        h("p", { class: "quiet" }, t("forecast.look")));
      return;
    }
    const changed = feed.showing === "changed";
    fill(
      this,
      h("h2", {}, t("forecast.title"), " ", h("span", { class: changed ? "badge whatif" : "badge" },
        t(changed ? "map.show.changed" : "map.show.live"))),
      leak(summary),
      caveats(summary.caveats),
      zones(summary),
      spread(summary),
      receptors(summary),
    );
  }
}

function leak(summary) {
  const { leak } = summary;
  const part = feed.plant?.leak_candidates.find((item) => item.tag === leak.part);
  const event = feed.showing === "live" ? feed.leak : null;
  return h("div", { class: "leak" },
    h("p", { class: "headline" }, h("strong", {}, `◆ ${t("forecast.leak")} ${leak.part}`), part ? ` ${named(part)}` : ""),
    h("dl", { class: "rate" },
      ["low", "best", "high"].map((which) => h("div", { class: which },
        h("dt", {}, t(`forecast.${which}`)),
        h("dd", {}, rate(which === "best" ? leak.rate_kg_s : leak[`${which}_rate_kg_s`]))))),
    h("p", { class: "quiet" }, [
      (language.code === "zh" && leak.substance_zh) || leak.substance,
      leak.section && `${t("forecast.section")} ${leak.section}`,
      leak.inventory_kg !== null && leak.inventory_kg !== undefined
        && `${t("forecast.inventory")} ${Math.round(leak.inventory_kg).toLocaleString("en")} kg`,
    ].filter(Boolean).join(" · ")),
    h("p", { class: summary.snapshot.quality === "good" ? "quiet" : "abnormal" },
      summary.snapshot.at
        ? t("forecast.snapshot", { at: clock(summary.snapshot.at), quality: t(`quality.${summary.snapshot.quality}`) })
        : t("forecast.nosnapshot")),
    leak.says?.length > 0 && h("details", {}, h("summary", { class: "quiet" }, t("forecast.how")),
      h("ul", { class: "quiet" }, said(leak).map((words) => h("li", {}, words)))),
    event && h("p", { class: "quiet" }, `${t("forecast.since")} ${clock(event.detected_at ?? event.at)}`,
      event.evidence?.length ? `. ${t("forecast.evidence")}: ${evidence(event).join("; ")}` : ""));
}

export function caveats(found) {
  const heavy = HEAVY.flatMap((grade) => found.filter((item) => item.grade === grade));
  const notes = found.filter((item) => !HEAVY.includes(item.grade));
  return h("div", { class: "caveats" },
    heavy.length > 0 && h("h3", {}, `⚠ ${t("caveats.title")}`),
    heavy.length > 0 && h("ul", {}, heavy.map((item) => h("li", { class: `grade ${item.grade.replaceAll(" ", "-")}` },
      h("strong", {}, t(`grade.${item.grade}`)), " ", h("span", {}, said(item))))),
    notes.length > 0 && h("details", {}, h("summary", {}, t("caveats.note", { count: notes.length })),
      h("ul", {}, notes.map((item) => h("li", {}, said(item))))));
}

function zones(summary) {
  const rows = summary.zones.filter((zone) => zone.branch === feed.branch);
  return h("div", {}, h("h3", {}, `${t("zones.title")} – ${branchName(feed.branch, summary)}`),
    h("div", { class: "scroll" }, h("table", { class: "zones" },
      h("thead", {}, h("tr", {}, ["level", "outer", "best", "averaging", "exposure"].map((name) =>
        h("th", { scope: "col" }, t(`zones.${name}`))))),
      h("tbody", {}, rows.map((zone) => h("tr", {},
        h("th", { scope: "row" }, h("span", { class: `swatch ${zone.level}` }), zone.level),
        h("td", {}, h("strong", {}, zoneText(zone, "max_distance_m"))),
        h("td", {}, zoneText(zone, "best_distance_m")),
        h("td", {}, span(zone.averaging_s)),
        h("td", {}, span(zone.exposure_s))))))));
}

function spread(summary) {
  const rows = summary.zones.filter((zone) => zone.branch === feed.branch);
  const models = Object.keys(rows[0]?.by_model_m ?? {});
  const burns = (summary.flammable ?? []).filter((item) => item.branch === feed.branch);
  const burning = burns.find((item) => item.band === "best");
  if (models.length === 0 && !burning) return null;
  const cells = (zone, name) => Object.values(zone[name]).map((value) => h("td", {}, value > 0 ? metres(value) : "—"));
  return h("details", { class: "spread" }, h("summary", {}, t("spread.title")),
    models.length > 0 && h("p", { class: "quiet" }, t("spread.what")),
    models.length > 0 && h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("zones.level")),
        [...Object.keys(rows[0].by_band_m).map((band) => t(`forecast.${band}`)), ...models].map((name) =>
          h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((zone) => h("tr", {},
        h("th", { scope: "row" }, h("span", { class: `swatch ${zone.level}` }), zone.level),
        cells(zone, "by_band_m"), cells(zone, "by_model_m")))))),
    burning && h("p", {}, t("spread.burns", {
      mass: Math.round(burning.mass_kg), lfl: metres(burning.lfl_distance_m), half: metres(burning.half_lfl_distance_m) })));
}

function receptors(summary) {
  const rows = summary.receptors.filter((item) => item.branch === feed.branch)
    .sort((a, b) => (a.arrival_s ?? Infinity) - (b.arrival_s ?? Infinity));
  return h("div", {}, h("h3", {}, t("receptors.title")),
    h("div", { class: "scroll" }, h("table", { class: "receptors" },
      h("thead", {}, h("tr", {}, ["who", "people", "arrival", "peak", "zone"].map((name) =>
        h("th", { scope: "col" }, t(`receptors.${name}`))))),
      h("tbody", {}, rows.map((item) => h("tr", { class: item.zone ? "reached" : "" },
        h("th", { scope: "row" }, (language.code === "zh" && item.name_zh) || item.name),
        h("td", {}, item.people === null || item.people === undefined ? "—" : Math.round(item.people)),
        h("td", {}, item.arrival_s === null ? t("receptors.never") : span(item.arrival_s)),
        h("td", {}, ppm(item.peak_ppm)),
        h("td", {}, item.zone ? [h("span", { class: `swatch ${item.zone}` }), item.zone] : t("receptors.none"))))))));
}

customElements.define("forecast-panel", ForecastPanel);
