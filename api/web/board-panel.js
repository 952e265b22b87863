// The protective-action board: what each area is proposed to do, by when, and who has approved it.
import { fill, h } from "./dom.js";
import { feed, send } from "./feed.js";
import { language, t } from "./language.js";
import { Part } from "./part.js";
import { clock, metres, span } from "./units.js";

const SIGN = { shelter: "⌂", evacuate: "➜", stay: "✓", "not-enough-information": "?" };

const said = (item) => (language.code === "zh" && item.says_zh) || item.says;
const name = (item) => (language.code === "zh" && item.name_zh) || item.name;

class BoardPanel extends Part {
  static on = ["forecast", "approval"];

  draw() {
    const board = feed.shownSummary?.board;
    const found = board?.branches?.[feed.branch];
    this.hidden = !found;
    if (!found) return fill(this);
    const live = feed.showing === "live";
    return fill(this, h("h2", {}, t("board.title")),
      status(board, live),
      h("ul", { class: "actions" }, found.areas.map(advice)),
      found.zones.length > 0 && zones(found),
      harm(found),
      h("details", {}, h("summary", {}, t("board.assumes")), h("ul", {},
        ((language.code === "zh" && board.assumes_zh) || board.assumes).map((words) => h("li", {}, words)))),
      live && !board.approval.approved_by && approve(board));
  }
}

function status(board, live) {
  const { approval } = board;
  if (approval.approved_by) {
    return h("p", { class: "approved" }, `✓ ${t("board.approved", { who: approval.approved_by,
      role: role(approval.role), at: clock(approval.approved_at) })}`);
  }
  return h("p", { class: "proposal" }, t(live ? "board.proposal" : "board.whatif", { role: role(approval.required_role) }));
}

const role = (id) => (id === "incident-commander" ? t("role.incident-commander") : id);

function advice(area) {
  const { action } = area;
  return h("li", { class: `advice ${action}` },
    h("p", { class: "act" }, h("span", { class: "sign", "aria-hidden": "true" }, SIGN[action]),
      h("strong", {}, t(`board.${action}`)), ` ${name(area)}`, due(area)),
    h("p", { class: "quiet" }, said(area)),
    area.doses.fire && further(area),
    area.doses.fire && area.hazard !== null && area.hazard !== "toxic" && h("details", {}, h("summary", {}, t("board.fire")), fire(area.doses.fire)),
    area.doses.stay && h("details", {}, h("summary", {}, t("board.doses")), doses(area), times(area)));
}

// Every reason beside the one the sentence gives.
function further(area) {
  const why = ((language.code === "zh" && area.reasons_zh) || area.reasons).filter((words) => !said(area).includes(words));
  return why.length > 0 && h("ul", { class: "quiet" }, why.map((words) => h("li", {}, words)));
}

function fire(seen) {
  const kilo = (value, unit) => (value === undefined ? "—" : `${Number((value / 1000).toPrecision(2))} ${unit}`);
  const both = (values, show) => [values.best, values.outer].map((value) => h("td", {}, show(value)));
  const yes = (value) => (value === undefined ? "—" : t(value ? "board.yes" : "board.no"));
  return h("div", {}, h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["", t("zones.best"), t("zones.outer")].map((words) => h("th", { scope: "col" }, words)))),
    h("tbody", {},
      h("tr", {}, h("th", { scope: "row" }, t("board.heat")), both(seen.heat_flux_W_m2, (value) => kilo(value, "kW/m²"))),
      h("tr", {}, h("th", { scope: "row" }, t("board.blast")), both(seen.overpressure_Pa, (value) => kilo(value, "kPa"))),
      h("tr", {}, h("th", { scope: "row" }, t("board.flash")), both(seen.in_flash_fire, yes))))),
  seen.half_lfl_arrival_s !== null && h("p", { class: "quiet" }, t("board.gas-at", { at: span(seen.half_lfl_arrival_s) })),
  seen.fireballs.length > 0 && h("p", { class: "quiet" }, t("board.fireballs", { which: seen.fireballs
    .map((ball) => `${ball.vessel} ${span(ball.at_s)}`).join(", ") })));
}

function due(area) {
  if (area.action !== "shelter" && area.action !== "evacuate") return null;
  const best = area.keeps_edge === "best";
  const at = area.latest_decision_s;
  const words = at === null || best ? t("board.at-once")
    : area.latest_decision_open ? t("board.any-time")
      : t("board.by", { at: span(Math.max(at - (feed.shownSummary.now_s ?? 0), 0)) });
  return h("span", { class: at === null || best ? "due now" : "due" }, words);
}

function doses(area) {
  const rows = [[t("board.row.stay"), area.doses.stay], [t("board.row.shelter"), area.doses.shelter],
    ...area.doses.leave.map((item) => [item.after_s === 0 ? t("board.row.leave")
      : t("board.row.later", { after: span(item.after_s) }), item])];
  return h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["", t("zones.best"), t("board.p90"), t("zones.outer")].map((words) =>
      h("th", { scope: "col" }, words)))),
    h("tbody", {}, rows.map(([words, option]) => h("tr", {}, h("th", { scope: "row" }, words),
      [option.best, option.p90, option.outer].map((dose) => h("td", {}, level(dose))))))));
}

function level(dose) {
  if (!dose) return "—";
  return dose.level ? [h("span", { class: `swatch ${dose.level}` }), dose.level] : t("receptors.none");
}

function times(area) {
  const use = area.sheltering;
  if (!use) return null;
  const words = [use.air_at_s !== null && t("board.air", { at: span(use.air_at_s) }),
    use.load_exceeds_leaving_s !== null && t("board.pays", { at: span(use.load_exceeds_leaving_s) })].filter(Boolean);
  return words.length > 0 && h("p", { class: "quiet" }, words.join(" "));
}

function zones(found) {
  const way = found.approach;
  return h("div", {}, h("h3", {}, t("board.zones")),
    h("p", {}, found.zones.map((zone) => `${t(`board.${zone.zone}`)} ${zone.distance_m === null ? t("board.outside") : reach(zone.distance_m)}`).join(" · ")),
    h("p", {}, way ? t("board.approach", { bearing: Math.round(way.approach.bearing_deg),
      near: metres(way.approach.distance_m), stage: metres(way.staging[0].distance_m) }) : t("board.no-approach")));
}

const reach = (distance) => (distance >= 9990 ? t("zones.beyond") : metres(distance));

function harm(found) {
  const hurt = found.casualties_if_nobody_acts;
  const lit = hurt?.if_lit;
  if (!hurt || !(hurt.probit_set || lit)) return null;
  const shown = (value) => (value === null ? "—" : value < 10 ? value.toFixed(1) : Math.round(value));
  const rows = (total, words) => ["day", "night"].map((when) => h("tr", {}, h("th", { scope: "row" }, `${t(`board.${when}`)}${words}`),
    h("td", {}, Math.round(total[when].people)), h("td", {}, shown(total[when].killed)), h("td", {}, shown(total[when].outer_killed))));
  const poison = hurt.probit_set && !(lit && hurt.probit_set === lit.probit_set);
  return h("details", {}, h("summary", {}, t("board.harm")), h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["", t("receptors.people"), t("board.dead"), t("board.dead-outer")].map((words) =>
      h("th", { scope: "col" }, words)))),
    h("tbody", {}, poison && rows(hurt.total, ""), lit && rows(lit.total, t("board.if-lit"))))),
  poison && h("p", { class: "quiet" }, t("board.probit", { set: hurt.probit_set })),
  lit && h("p", { class: "quiet" }, t("board.fire-sets", { heat: lit.probit_set, blast: lit.blast_sets.outdoors })));
}

function approve(board) {
  const who = h("input", { required: true, maxlength: "120", autocomplete: "name" });
  const key = h("input", { required: true, type: "password", autocomplete: "off" });
  const told = h("p", { class: "abnormal", role: "status" });
  const job = feed.forecast?.job;
  const onsubmit = async (event) => {
    event.preventDefault();
    try {
      const found = await send("POST", `/v1/jobs/${job}/board/approval`,
        { digest: board.digest, approved_by: who.value }, { Authorization: `Bearer ${key.value}` });
      feed.takeApproval(found);
    } catch (error) {
      told.textContent = error.message;
    }
  };
  return h("details", {}, h("summary", {}, t("board.approve")), h("form", { onsubmit },
    h("label", {}, t("board.name"), who), h("label", {}, t("board.key"), key),
    h("button", {}, t("board.approve")), told));
}

customElements.define("board-panel", BoardPanel);
