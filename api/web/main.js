// The page. Each part is a custom element that draws itself from `feed`.
import { feed } from "./feed.js";
import { language } from "./language.js";
import "./page-header.js";
import "./site-map.js";
import "./forecast-panel.js";
import "./ignition-panel.js";
import "./board-panel.js";
import "./what-if.js";
import "./tag-table.js";
import "./tag-trend.js";

window.__leakcast = { feed, language };
feed.start().catch((error) => {
  feed.setLink("lost");
  throw error;
});
