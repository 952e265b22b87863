// Map of the site: surroundings, detectors with their state, wind, plume contours and a time slider.
import { fill, h } from "./dom.js";
import { feed } from "./feed.js";
import { branchName } from "./forecast-panel.js";
import { language, named, t } from "./language.js";
import { swatch } from "./ignition-panel.js";
import { BLAST, BURNS, HEAT, hatch, LEVELS, style, ZONE_FILL, ZONE_FILL_BEHIND_FRAME, ZONE_LAYERS } from "./map-style.js";
import { Part } from "./part.js";
import { alarmOf, qualityNow } from "./tag-table.js";
import { shown } from "./units.js";

const FRAME_MS = 250;
const FRAME_S = 60; // length of a forecast's map frame
const LABELS_FROM = 15.5; // zoom from which detectors carry words beside their sign
const PLACES_FROM = 13; // zoom from which places carry their names
const PADDING = { top: 60, bottom: 90, left: 40, right: 40 };
const EMPTY = { type: "FeatureCollection", features: [] };
const SIGN = { normal: "●", alarm: "◆", bad: "✕", stale: "◷", "no-data": "–", uncertain: "△", substituted: "S" };

class SiteMap extends Part {
  static on = ["snapshot", "link", "forecast"];

  start() {
    window.__ready = false;
    this.canvas = h("div", { class: "map", role: "region" });
    this.wind = h("div", { class: "wind" });
    this.legend = h("div", { class: "legend" });
    this.controls = h("div", { class: "controls" });
    fill(this, h("div", { class: "frame" }, this.canvas, this.wind, this.legend), this.controls);
    this.markers = new Map();
    this.labels = [];
    feed.addEventListener("plant", () => this.open());
    language.addEventListener("language", () => this.names());
    this.makeControls();
  }

  open() {
    const { origin } = feed.plant;
    this.map = new window.maplibregl.Map({
      container: this.canvas,
      style: style(),
      center: [origin.longitude_deg, origin.latitude_deg],
      zoom: 14,
      maxZoom: 19,
      attributionControl: false,
      fadeDuration: 0,
      localIdeographFontFamily: false,
    });
    this.map.addControl(new window.maplibregl.NavigationControl({ visualizePitch: false }), "top-right");
    this.map.addControl(new window.maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");
    const far = () => {
      this.canvas.classList.toggle("far", this.map.getZoom() < LABELS_FROM);
      this.canvas.classList.toggle("very-far", this.map.getZoom() < PLACES_FROM);
    };
    this.map.on("zoom", far);
    far();
    this.map.once("load", () => {
      for (const [level, colour] of Object.entries({ ...LEVELS, ...BURNS })) this.map.addImage(`hatch-${level}`, hatch(colour));
      this.map.getSource("site").setData(feed.site);
      this.loaded = true;
      this.names();
      this.fitSurroundings();
      this.draw();
      this.map.once("idle", () => { window.__ready = true; });
    });
  }

  makeControls() {
    this.slider = h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, oninput: () => this.slide() });
    this.said = h("output");
    this.play = h("button", { type: "button", onclick: () => this.toggle() });
    this.branch = h("select", { onchange: () => feed.setBranch(this.branch.value) });
    this.layer = h("select", { onchange: () => feed.setLayer(this.layer.value) });
    this.fit = h("button", { type: "button", onclick: () => this.fitPlume() });
    this.home = h("button", { type: "button", onclick: () => this.fitSite() });
    fill(this.controls, this.play, this.slider, this.said, this.branch, this.layer, this.fit, this.home);
  }

  draw() {
    this.canvas.setAttribute("aria-label", t("map.label"));
    this.slider.setAttribute("aria-label", t("map.time"));
    this.branch.setAttribute("aria-label", t("map.branch"));
    this.layer.setAttribute("aria-label", t("map.layer"));
    this.play.textContent = this.timer ? `❚❚ ${t("map.pause")}` : `▶ ${t("map.play")}`;
    this.fit.textContent = t("map.fit");
    this.home.textContent = t("map.site");
    this.drawWind();
    if (!this.loaded) return;
    this.drawDetectors();
    this.drawPlume();
  }

  // Names of places, again after a change of language.
  names() {
    for (const label of this.labels) label.remove();
    this.labels = [];
    if (!this.loaded) return;
    for (const feature of feed.site.features) {
      const name = named(feature.properties);
      if (!name) continue;
      const element = h("div", { class: `place ${feature.properties.kind}` }, name);
      this.labels.push(new window.maplibregl.Marker({ element }).setLngLat(middle(feature.geometry)).addTo(this.map));
    }
  }

  drawDetectors() {
    const readings = new Map((feed.snapshot?.readings ?? []).map((reading) => [reading.tag, reading]));
    for (const detector of feed.plant.detectors) {
      const reading = readings.get(detector.tag);
      const quality = reading ? qualityNow(reading) : "no-data";
      const alarm = reading && ["good", "uncertain"].includes(quality) ? alarmOf(reading) : null;
      const state = alarm ? "alarm" : quality === "good" ? "normal" : quality;
      const value = reading ? shown(reading.value, reading.unit, reading.quantity) : { text: "—", unit: "" };
      const marker = this.markers.get(detector.tag) ?? this.addDetector(detector);
      const element = marker.getElement();
      element.dataset.state = state;
      element.title = `${detector.tag} ${named(detector)}: ${value.text} ${value.unit}, ${t(`quality.${quality}`)}`;
      const words = state === "normal" ? "" : alarm ? `${value.text} ${value.unit}` : t(`quality.${quality}`);
      fill(element, h("span", { class: "sign" }, SIGN[state]), h("span", { class: "words" }, detector.tag, words && ` ${words}`));
    }
  }

  addDetector(detector) {
    const element = h("div", { class: "detector" });
    const marker = new window.maplibregl.Marker({ element, anchor: "left", offset: [-7, 0] })
      .setLngLat([detector.longitude_deg, detector.latitude_deg]).addTo(this.map);
    this.markers.set(detector.tag, marker);
    return marker;
  }

  drawWind() {
    const find = (quantity) => feed.snapshot?.readings.find((reading) => reading.quantity === quantity);
    const given = feed.showing === "changed" ? feed.whatIf?.result.changed.scenario?.wind : null;
    const [speed, from] = [find("wind_speed"), find("wind_from_direction")];
    const usable = (reading) => reading && reading.value !== null && ["good", "uncertain", "substituted"].includes(qualityNow(reading));
    const known = given || (usable(speed) && usable(from));
    this.wind.classList.toggle("abnormal", !known && Boolean(feed.snapshot));
    if (!known) {
      const circles = feed.shownSummary?.weather?.wind_known === false ? t("map.wind.circles") : "";
      fill(this.wind, feed.snapshot ? `⚠ ${t("map.wind.unknown")}${circles}` : t("map.wind"));
      return;
    }
    const direction = given ? given.from_direction : from.value;
    const pace = given ? given.speed : speed.value;
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, "↑");
    arrow.style.transform = `rotate(${(direction + 180) % 360}deg)`;
    const words = t("map.wind.from", { speed: pace.toFixed(1), direction: Math.round(direction) });
    fill(this.wind, arrow, ` ${words}`);
  }

  drawPlume() {
    const contours = feed.shownContours;
    const key = contours && `${feed.showing} ${feed.showing === "changed" ? feed.whatIf.job.id : feed.forecast.job} ${feed.branch}`;
    this.drawLayer(key);
    this.drawLegend(contours);
    if (key === this.shownKey) return;
    const first = !this.shownKey || !this.shownKey.startsWith(feed.showing);
    this.shownKey = key;
    const own = (contours?.features ?? []).filter((feature) => feature.properties.branch === feed.branch);
    this.zones = own.sort(largestFirst);
    const duration = feed.shownSummary?.scenario.duration ?? 0;
    this.times = Array.from({ length: Math.floor(duration / FRAME_S) }, (_, index) => (index + 0.5) * FRAME_S);
    this.slider.max = this.times.length;
    this.slider.value = Math.min(this.slider.value, this.times.length);
    this.map.getSource("zones").setData({ type: "FeatureCollection", features: this.zones });
    this.map.getSource("actions").setData({ type: "FeatureCollection", features: actions() });
    this.drawBranches();
    this.slide();
    this.markLeak();
    if (first && this.zones.length) this.fitPlume();
    window.__ready = false;
    this.map.once("idle", () => {
      window.__ready = true;
      window.__plume = this.zones.length;
    });
    this.map.triggerRepaint();
  }

  // Toxic zones, or what burns, on the map: one at a time.
  drawLayer(of) {
    const burning = feed.shownIgnition;
    const layer = feed.shownLayer;
    const key = `${of} ${layer} ${language.code}`;
    if (key === this.layerKey) return;
    this.layerKey = key;
    this.layer.hidden = !burning;
    fill(this.layer, ["zones", "heat", "blast"].map((name) =>
      h("option", { value: name, selected: name === layer }, t(`map.layer.${name}`))));
    const toxic = layer === "zones" ? "visible" : "none";
    for (const id of ZONE_LAYERS) this.map.setLayoutProperty(id, "visibility", toxic);
    const wanted = layer === "heat" ? HEAT : BLAST;
    this.burning = layer === "zones" ? [] : (burning?.features ?? []).filter(({ properties }) =>
      properties.kind === "next-vessel" || properties.level in wanted).sort(largestFirst);
    this.map.getSource("fire").setData({ type: "FeatureCollection", features: this.burning });
    if (this.shownLayer && this.shownLayer !== layer) this.fitPlume();
    this.shownLayer = layer;
  }

  drawBranches() {
    const names = [...new Set((feed.shownContours?.features ?? []).map((feature) => feature.properties.branch))];
    fill(this.branch, names.map((name) =>
      h("option", { value: name, selected: name === feed.branch }, branchName(name, feed.shownSummary))));
  }

  drawLegend(contours) {
    const changed = feed.showing === "changed" && contours;
    const layer = feed.shownLayer;
    const shown = layer === "zones" ? contours?.features ?? [] : this.burning;
    const hatched = shown.some((feature) => feature.properties.hatched);
    this.legend.classList.toggle("changed", Boolean(changed));
    fill(this.legend, contours
      ? [changed && h("strong", {}, t("map.show.changed")),
        layer === "zones"
          ? Object.keys(LEVELS).map((level) => h("span", {}, h("span", { class: `swatch ${level}` }), level))
          : Object.keys(layer === "heat" ? HEAT : BLAST).map((level) =>
            h("span", {}, swatch(level), level.replace("m2", "m²"))),
        shown.some((feature) => feature.properties.kind === "next-vessel") && h("span", {}, "◉ ", t("map.next")),
        h("span", {}, "━ ", t("map.outer")), h("span", {}, "┅ ", t("map.best")),
        shown.some((feature) => feature.properties.edge === "probability")
          && h("span", {}, "┈ ", t("map.chance")),
        actions().length > 0 && h("span", { class: "ways" }, "━● ", t("map.way"), " ○ ", t("map.staging")),
        hatched && h("span", { class: "abnormal" }, "▨ ", t("map.hatched"))]
      : t("map.none"));
  }

  markLeak() {
    const part = feed.plant.leak_candidates.find((item) => item.tag === feed.shownSummary?.leak.part);
    this.leakMarker?.remove();
    if (!part) return;
    const element = h("div", { class: "leak-mark" }, `◆ ${part.tag}`);
    this.leakMarker = new window.maplibregl.Marker({ element, anchor: "bottom" })
      .setLngLat([part.longitude_deg, part.latitude_deg]).addTo(this.map);
  }

  async slide() {
    if (!this.loaded) return;
    const index = Number(this.slider.value);
    const time = index > 0 ? this.times?.[index - 1] : undefined;
    this.said.textContent = time === undefined ? t("map.whole") : t("map.at", { minutes: (time / 60).toFixed(time % 60 ? 1 : 0) });
    const opacity = time === undefined ? ZONE_FILL : ZONE_FILL_BEHIND_FRAME;
    this.map.setPaintProperty("zones-fill", "fill-opacity", opacity);
    this.map.setPaintProperty("zones-hatch", "fill-opacity", opacity * 2.5);
    const all = time === undefined ? [] : await feed.frames();
    if (Number(this.slider.value) !== index) return; // moved on while the frames came
    const features = all.filter(({ properties }) =>
      properties.branch === feed.branch && Math.abs(properties.time_s - time) < 1).sort(largestFirst);
    this.frameShown = features.length;
    this.map.getSource("frame").setData(features.length ? { type: "FeatureCollection", features } : EMPTY);
  }

  toggle() {
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    } else {
      this.timer = setInterval(() => {
        this.slider.value = (Number(this.slider.value) + 1) % (Number(this.slider.max) + 1);
        this.slide();
      }, FRAME_MS);
    }
    this.draw();
  }

  fitSurroundings() {
    this.fitTo(feed.site.features.flatMap((feature) => points(feature.geometry)), 15.5);
  }

  fitSite() {
    const own = [...feed.plant.detectors, ...feed.plant.leak_candidates];
    this.fitTo(own.map((item) => [item.longitude_deg, item.latitude_deg]), 18);
  }

  fitPlume() {
    const all = (this.burning?.length ? this.burning : this.zones ?? []).flatMap((feature) => points(feature.geometry));
    this.fitTo([...all, [feed.plant.origin.longitude_deg, feed.plant.origin.latitude_deg]], this.burning?.length ? 17 : 16);
  }

  fitTo(all, maxZoom) {
    if (!all.length) return;
    const bounds = new window.maplibregl.LngLatBounds();
    for (const point of all) bounds.extend(point);
    this.map.fitBounds(bounds, { padding: PADDING, maxZoom, animate: false });
  }
}

// Ways out of the protective-action board, and where to stage.
function actions() {
  const found = feed.shownSummary?.board?.branches?.[feed.branch];
  if (!found) return [];
  const feature = (kind, type, coordinates) => ({ type: "Feature", properties: { kind }, geometry: { type, coordinates } });
  const ways = found.areas.filter((area) => area.action === "evacuate" && area.way_out).map((area) => area.way_out.corners_deg);
  return [...ways.map((corners) => feature("way", "LineString", corners)),
    ...ways.map((corners) => feature("end", "Point", corners.at(-1))),
    ...(found.approach?.staging ?? []).map((item) => feature("staging", "Point", [item.longitude_deg, item.latitude_deg]))];
}

function points(geometry) {
  const deep = { Point: 0, LineString: 1, Polygon: 2, MultiLineString: 2, MultiPolygon: 3 }[geometry.type];
  return deep === 0 ? [geometry.coordinates] : geometry.coordinates.flat(deep - 1);
}

function middle(geometry) {
  const all = points(geometry);
  if (geometry.type === "LineString") return all[Math.floor(all.length / 2)];
  const sum = all.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / all.length, sum[1] / all.length];
}

function largestFirst(a, b) {
  return extent(b) - extent(a);
}

function extent(feature) {
  const all = points(feature.geometry);
  const longitudes = all.map(([lon]) => lon);
  const latitudes = all.map(([, lat]) => lat);
  return (Math.max(...longitudes) - Math.min(...longitudes)) * (Math.max(...latitudes) - Math.min(...latitudes));
}

customElements.define("site-map", SiteMap);
