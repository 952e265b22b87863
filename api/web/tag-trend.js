// Course of one tag, and where the process model takes it. plotly.js is loaded when the first tag is picked.
import { fill, h } from "./dom.js";
import { feed, get } from "./feed.js";
import { t } from "./language.js";
import { Part } from "./part.js";
import { shown, span } from "./units.js";

const MINUTE_MS = 60000;
const REDRAW_MS = 2000;

class TagTrend extends Part {
  static on = [];

  start() {
    this.chart = h("div", { class: "chart" });
    feed.addEventListener("pick", (event) => this.pick(event.detail));
    feed.addEventListener("snapshot", () => {
      if (this.tag && Date.now() - (this.drawnAt ?? 0) > REDRAW_MS) this.plot();
    });
  }

  draw() {
    fill(this, h("h2", {}, this.tag ? `${t("trend.title")}: ${this.tag}` : t("trend.title")),
      this.tag ? this.chart : h("p", { class: "quiet" }, t("trend.pick")), this.tag && this.limits());
    if (this.tag) this.plot();
  }

  limits() {
    if (this.problem) return h("p", { class: "quiet" }, t("trend.unavailable", { why: this.problem }));
    if (!this.ahead) return null;
    return this.ahead.limits.length
      ? h("ul", { class: "limits" }, this.ahead.limits.map((item) =>
        h("li", {}, t("trend.limit", { tag: item.tag, limit: item.limit, after: span(item.after_s) }))))
      : h("p", { class: "quiet" }, t("trend.nolimit"));
  }

  async pick(tag) {
    this.tag = tag;
    this.ahead = null;
    this.problem = null;
    await loaded();
    this.draw();
    this.scrollIntoView({ block: "nearest" });
    try {
      this.ahead = await get(feed.plant.links.look_ahead);
      this.aheadAt = Date.now();
    } catch (error) {
      this.problem = error.message;
    }
    this.draw();
  }

  plot() {
    if (!window.Plotly) return;
    this.drawnAt = Date.now();
    const reading = feed.snapshot?.readings.find((item) => item.tag === this.tag);
    if (!reading) return;
    const points = feed.history.get(this.tag) ?? [];
    const convert = (value) => shown(value, reading.unit, reading.quantity).number;
    const traces = [{ x: points.map(([at]) => (at - this.drawnAt) / MINUTE_MS), y: points.map(([, value]) => convert(value)),
      mode: "lines", name: t("trend.measured"), line: { color: "#3b4147", width: 2 } }];
    const series = this.ahead?.series[this.tag];
    if (series) {
      const offset = (this.drawnAt - this.aheadAt) / MINUTE_MS;
      traces.push({ x: this.ahead.times_s.map((time) => time / 60 - offset), y: series.map(convert), mode: "lines",
        name: t("trend.ahead"), line: { color: "#3b4147", width: 1.5, dash: "dot" } });
    }
    const layout = { height: 220, margin: { l: 56, r: 12, t: 8, b: 36 }, paper_bgcolor: "#e9eaeb", plot_bgcolor: "#f4f4f4",
      font: { family: "inherit", size: 12, color: "#22262a" }, legend: { orientation: "h", y: 1.12 },
      xaxis: { title: { text: t("trend.seconds") }, zeroline: true }, yaxis: { title: { text: shown(0, reading.unit, reading.quantity).unit } } };
    window.Plotly.react(this.chart, traces, layout, { displayModeBar: false, responsive: true });
  }
}

let loading = null;

function loaded() {
  loading ??= new Promise((resolve, reject) => {
    document.head.append(h("script", { src: "/assets/plotly.min.js", onload: resolve, onerror: reject }));
  });
  return loading;
}

customElements.define("tag-trend", TagTrend);
