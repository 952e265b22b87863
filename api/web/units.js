// SI to what a person reads, and lengths of time in words.

import { t } from "./language.js";

const SHOWN = {
  "Pa": { unit: "bar", from: (value) => value / 1e5, digits: 2 },
  "K": { unit: "°C", from: (value) => value - 273.15, digits: 1 },
  "kg s-1": { unit: "kg/s", from: (value) => value, digits: 3 },
  "m s-1": { unit: "m/s", from: (value) => value, digits: 1 },
  "degree": { unit: "°", from: (value) => value, digits: 0 },
  "kg": { unit: "kg", from: (value) => value, digits: 0 },
};

export function shown(value, unit, quantity) {
  if (value === null || value === undefined) return { text: "—", unit: "", number: null };
  if (["open", "closed", "tripped"].includes(quantity)) return { text: t(value >= 0.5 ? "yes" : "no"), unit: "", number: value };
  if (quantity === "mole_fraction") return sized(value * 1e6, "ppm", 1);
  if (unit === "1" && ["level", "relative_humidity"].includes(quantity)) return sized(value * 100, "%", 1);
  const how = SHOWN[unit];
  return how ? sized(how.from(value), how.unit, how.digits) : sized(value, unit === "1" ? "" : unit, 2);
}

function sized(number, unit, digits) {
  return { text: number.toFixed(digits), unit, number };
}

export function span(seconds) {
  if (seconds === null || seconds === undefined) return "—";
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 5400) return `${(seconds / 60).toFixed(seconds < 600 ? 1 : 0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export function metres(value) {
  if (value === null || value === undefined) return "—";
  return value >= 1000 ? `${(value / 1000).toFixed(2)} km` : `${Math.round(value)} m`;
}

export function rate(value) {
  return value === null || value === undefined ? "—" : `${value.toPrecision(value >= 10 ? 3 : 2)} kg/s`;
}

export function ppm(value) {
  if (value === null || value === undefined) return "—";
  if (value === 0) return "0 ppm";
  return value < 0.1 ? "< 0.1 ppm" : `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(2)} ppm`;
}

export function clock(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "—" : at.toLocaleTimeString("en-GB", { hour12: false });
}
