import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { branchName, zoneText } from "./forecast-panel.js";
import { language, named, t } from "./language.js";
import { Part } from "./part.js";
import { ppm, rate, span } from "./units.js";

class WhatIf extends Part {
  static on = ["plant", "what-if"];

  start() {
    feed.addEventListener("forecast", () => this.hint());
  }

  draw() {
    const parts = feed.plant?.leak_candidates ?? [];
    const kept = this.form ? new FormData(this.form) : null;
    const field = (name, label, attributes) => h("label", {}, t(label),
      h("input", { name, type: "number", step: "any", inputmode: "decimal", value: kept?.get(name) ?? "", ...attributes }));
    this.said = h("p", { class: "quiet", role: "status" });
    this.form = h("form", { onsubmit: (event) => this.ask(event) },
      h("label", {}, t("whatif.part"), h("select", { name: "part" }, parts.map((part) =>
        h("option", { value: part.tag, selected: kept?.get("part") === part.tag }, `${part.tag} – ${named(part)}`)))),
      field("hole", "whatif.hole", { min: 0.1, max: 2000 }),
      field("isolation", "whatif.isolation", { min: 0, max: 86400 }),
      field("speed", "whatif.speed", { min: 0, max: 60 }),
      field("direction", "whatif.direction", { min: 0, max: 360 }),
      h("label", { class: "check" }, h("input", { name: "never", type: "checkbox", checked: kept?.get("never") === "on" }),
        t("whatif.never")),
      h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, t("whatif.ask")),
        feed.whatIf && h("button", { type: "button", onclick: () => this.back() },
          t(feed.showing === "changed" ? "whatif.clear" : "map.show.changed"))));
    fill(this, h("h2", {}, t("whatif.title")), this.form, this.said, feed.whatIf && difference(feed.whatIf.result));
    this.hint();
  }

  hint() {
    if (this.asking || !this.said) return;
    const leaking = feed.forecast?.summary.leak.part;
    if (leaking && !this.chosen) {
      this.form.elements.part.value = leaking;
      this.chosen = true;
    }
    this.said.className = "quiet";
    this.said.textContent = t(feed.forecast ? "whatif.base.live" : "whatif.base.none");
  }

  back() {
    feed.show(feed.showing === "changed" ? "live" : "changed");
    this.draw();
  }

  async ask(event) {
    event.preventDefault();
    if (this.asking) return this.asking.abort();
    const change = this.change();
    if (!change) return this.say(t("whatif.nothing"), "abnormal");
    const base = feed.forecast
      ? { job: feed.forecast.job }
      : { forecast: { plant: feed.plant.id, part: this.form.elements.part.value } };
    this.asking = new AbortController();
    const button = this.form.querySelector(".primary");
    button.textContent = t("whatif.stop");
    try {
      await feed.compare({ ...base, change }, (job) => this.say(
        t("whatif.asking", { progress: Math.round(job.progress * 100) }), "quiet"), this.asking.signal);
    } catch (error) {
      this.asking = null;
      this.say(`✕ ${t("whatif.failed")} ${error.message}`, "abnormal");
    } finally {
      this.asking = null;
      button.textContent = t("whatif.ask");
    }
  }

  change() {
    const { part, hole, isolation, never, speed, direction } = this.form.elements;
    const change = {};
    if (part.value && part.value !== feed.forecast?.summary.leak.part && feed.forecast) change.part = part.value;
    if (hole.value !== "") change.hole_diameter_m = Number(hole.value) / 1000;
    if (never.checked) change.isolation_time_s = "never";
    else if (isolation.value !== "") change.isolation_time_s = Number(isolation.value);
    if (speed.value !== "" || direction.value !== "") {
      change.wind = {
        wind_speed_m_s: Number(speed.value || windNow("wind_speed") || 2),
        wind_from_direction_deg: Number(direction.value || windNow("wind_from_direction") || 0),
      };
    }
    return Object.keys(change).length ? change : null;
  }

  say(words, kind) {
    this.said.textContent = words;
    this.said.className = kind;
  }
}

function windNow(quantity) {
  return feed.snapshot?.readings.find((reading) => reading.quantity === quantity)?.value ?? null;
}

function difference(result) {
  const { base, changed } = result;
  const row = (name, before, after) => h("tr", { class: before === after ? "same" : "differs" },
    h("th", { scope: "row" }, name), h("td", {}, before), h("td", {}, before === after ? "=" : "→"), h("td", {}, after));
  const zones = changed.zones.map((zone) => [
    base.zones.find((item) => item.level === zone.level && item.branch === zone.branch), zone]).filter(([first]) => first);
  const receptors = changed.receptors.map((item) => [
    base.receptors.find((other) => other.id === item.id && other.branch === item.branch), item]).filter(([first]) => first);
  const branch = changed.zones.some((zone) => zone.branch === feed.branch) ? feed.branch : changed.zones[0]?.branch;
  return h("div", { class: "difference" }, h("h3", {}, `${t("whatif.difference")} – ${branchName(branch, changed)}`),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th"), h("th", { scope: "col" }, t("whatif.before")), h("th"),
        h("th", { scope: "col" }, t("whatif.after")))),
      h("tbody", {},
        row(t("whatif.rate"), rate(base.leak.rate_kg_s), rate(changed.leak.rate_kg_s)),
        zones.filter(([, zone]) => zone.branch === branch).map(([first, zone]) =>
          row(`${zone.level}, ${t("zones.outer")}`, zoneText(first, "max_distance_m"), zoneText(zone, "max_distance_m"))),
        receptors.filter(([, item]) => item.branch === branch).map(([first, item]) =>
          row((language.code === "zh" && item.name_zh) || item.name, receptorText(first), receptorText(item)))))));
}

function receptorText(item) {
  if (item.arrival_s === null) return t("receptors.never");
  return `${span(item.arrival_s)}, ${ppm(item.peak_ppm)}${item.zone ? `, ${item.zone}` : ""}`;
}

customElements.define("what-if", WhatIf);
