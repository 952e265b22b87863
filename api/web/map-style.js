// Style of the map: grey plant and surroundings, colour only for what is abnormal.

export const LEVELS = { "AEGL-3": "#b3261e", "AEGL-2": "#d96c00", "AEGL-1": "#b89500" };
// What burns, by level: heat, the flash fire's limits, overpressure.
export const HEAT = { "37.5 kW/m2": "#8c1a12", "12.5 kW/m2": "#d9541e", "4 kW/m2": "#c98a00", "LFL": "#174a84", "LFL/2": "#4f8ac9" };
export const BLAST = { "20.7 kPa": "#4a1c73", "13.8 kPa": "#8347b5", "2.07 kPa": "#a678d0" };
export const BURNS = { ...HEAT, ...BLAST };
const COLOUR = ["match", ["get", "level"], ...Object.entries({ ...LEVELS, ...BURNS }).flat(), "#7a3db8"];
const HATCH = ["concat", "hatch-", ["get", "level"]];
// Levels lie in each other and their fills add up: faint enough that the ground still shows.
export const ZONE_FILL = 0.16;
export const ZONE_FILL_BEHIND_FRAME = 0.04;
// Layers that show toxic zones.
export const ZONE_LAYERS = [...["zones", "frame"].flatMap((source) =>
  ["fill", "hatch", "edge", "best"].map((part) => `${source}-${part}`)), "zones-chance"];
const EMPTY = { type: "FeatureCollection", features: [] };
const OUTER = ["==", ["get", "edge"], "outer"];
const BEST = ["==", ["get", "edge"], "best"];
const EVEN_CHANCE = ["all", ["==", ["get", "edge"], "probability"], ["==", ["get", "probability"], 0.5]];

const GROUND = { building: "#8d9296", site: "#cfd1d3", residential: "#d6d2c9", business: "#cdd2d6", farm: "#d2d6cc" };

export function style() {
  const empty = () => ({ type: "geojson", data: EMPTY });
  return {
    version: 8,
    sources: { site: empty(), zones: empty(), frame: empty(), fire: empty(), actions: empty() },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#e2e3e4" } },
      { id: "areas", type: "fill", source: "site", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": ["match", ["get", "kind"], ...Object.entries(GROUND).flat(), "#d0d2d4"] } },
      { id: "area-edges", type: "line", source: "site", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "line-color": "#7d8286", "line-width": 1 } },
      { id: "roads", type: "line", source: "site",
        filter: ["all", ["==", ["geometry-type"], "LineString"], ["!=", ["get", "kind"], "rail"]],
        paint: { "line-color": "#f7f7f7", "line-width": 5 } },
      { id: "rail", type: "line", source: "site", filter: ["==", ["get", "kind"], "rail"],
        paint: { "line-color": "#62676b", "line-width": 2, "line-dasharray": [3, 2] } },
      ...plume("zones", ZONE_FILL, 2.5),
      { id: "zones-chance", type: "line", source: "zones", filter: EVEN_CHANCE,
        paint: { "line-color": COLOUR, "line-width": 2, "line-dasharray": [0.5, 2] } },
      ...plume("frame", 0.24, 1.5),
      ...plume("fire", 0.1, 2.5),
      { id: "fire-next", type: "circle", source: "fire", filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 6, "circle-color": "#ffd27f", "circle-stroke-width": 2, "circle-stroke-color": "#22262a" } },
      { id: "ways-out", type: "line", source: "actions", filter: ["==", ["get", "kind"], "way"],
        paint: { "line-color": "#174a84", "line-width": 3 } },
      { id: "posts", type: "circle", source: "actions", filter: ["!=", ["get", "kind"], "way"],
        paint: { "circle-radius": ["match", ["get", "kind"], "end", 5, 7], "circle-stroke-width": 2,
          "circle-color": ["match", ["get", "kind"], "end", "#174a84", "#ffffff"], "circle-stroke-color": "#174a84" } },
    ],
  };
}

function plume(source, opacity, width) {
  return [
    { id: `${source}-fill`, type: "fill", source, filter: ["all", OUTER, ["!=", ["get", "hatched"], true]],
      paint: { "fill-color": COLOUR, "fill-opacity": opacity } },
    { id: `${source}-hatch`, type: "fill", source, filter: ["all", OUTER, ["==", ["get", "hatched"], true]],
      paint: { "fill-pattern": HATCH, "fill-opacity": Math.min(1, opacity * 2.5) } },
    { id: `${source}-edge`, type: "line", source, filter: OUTER,
      paint: { "line-color": COLOUR, "line-width": width } },
    { id: `${source}-best`, type: "line", source, filter: BEST,
      paint: { "line-color": COLOUR, "line-width": width * 0.7, "line-dasharray": [3, 2] } },
  ];
}

const TILE = 12;

// Diagonal lines in a level's colour, as an image the map can fill with.
export function hatch(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  pen.globalAlpha = 0.85;
  for (const sum of [0, TILE, 2 * TILE]) { // lines x + y = sum, drawn beyond the tile so that they join
    pen.beginPath();
    pen.moveTo(sum - 3 * TILE, 3 * TILE);
    pen.lineTo(3 * TILE, sum - 3 * TILE);
    pen.stroke();
  }
  return pen.getImageData(0, 0, TILE, TILE);
}
