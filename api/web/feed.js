// What the page knows: the plant, the latest snapshot, the live forecast and a what-if. Everything comes from the
// public API; components listen for "plant", "snapshot", "leak", "forecast", "what-if", "connection" and "link".

const SILENCE_MS = 20000; // the stream says something, if only a ping, at least every 15 s
const TREND_POINTS = 900;

class Feed extends EventTarget {
  constructor() {
    super();
    this.plant = null;
    this.site = null;
    this.snapshot = null;
    this.receivedAt = 0;
    this.leak = null;
    this.forecast = null; // {job, links, summary, contours}
    this.whatIf = null; // {job, result, contours}
    this.showing = "live";
    this.branch = "isolation-fails";
    this.layer = null; // "zones", "heat" or "blast" once somebody has chosen
    this.connected = null;
    this.link = "connecting";
    this.lostAt = null;
    this.history = new Map();
  }

  async start() {
    const { plants } = await get("/v1/plants");
    if (!plants.length) return;
    const wanted = new URLSearchParams(location.search).get("plant");
    const { id } = plants.find((plant) => plant.id === wanted) ?? plants[0];
    [this.plant, this.site] = await Promise.all([get(`/v1/plants/${id}`), get(`/v1/plants/${id}/site`)]);
    this.tell("plant");
    this.listen(this.plant.links.events);
    setInterval(() => this.watch(), 1000);
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  listen(address) {
    const source = new EventSource(address);
    source.onopen = () => this.setLink("live");
    source.onerror = () => {
      this.setLink("lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(address), 3000);
    };
    const on = (name, take) => source.addEventListener(name, (event) => {
      this.setLink("live");
      take(JSON.parse(event.data));
    });
    on("snapshot", (data) => this.takeSnapshot(data));
    on("connection", (data) => {
      this.connected = data.connected ?? data.state === "connected";
      this.tell("connection");
    });
    on("leak", (data) => {
      this.leak = data;
      this.tell("leak");
    });
    on("forecast", (data) => this.takeForecast(data));
    on("approval", (data) => this.takeApproval(data));
    on("look-ahead", (data) => {
      this.lookAhead = data;
      this.tell("look-ahead");
    });
  }

  watch() {
    if (this.link === "live" && this.receivedAt && Date.now() - this.receivedAt > SILENCE_MS && this.connected) {
      this.setLink("lost");
    }
    this.tell("tick");
  }

  setLink(link) {
    if (link === this.link) return;
    this.link = link;
    this.lostAt = link === "lost" ? new Date().toISOString() : null;
    this.tell("link");
  }

  takeSnapshot(data) {
    this.snapshot = data;
    this.receivedAt = Date.now();
    for (const reading of data.readings) {
      if (reading.value === null) continue;
      const points = this.history.get(reading.tag) ?? [];
      points.push([this.receivedAt, reading.value]);
      if (points.length > TREND_POINTS) points.shift();
      this.history.set(reading.tag, points);
    }
    this.tell("snapshot");
  }

  // Age of a reading now: what the service said plus the time since.
  age(reading) {
    return reading.age_s === null ? null : reading.age_s + Math.max(0, Date.now() - this.receivedAt) / 1000;
  }

  async takeForecast(data) {
    if (!data.links?.contours) return;
    this.newest = data.job;
    const [contours, ignition] = await Promise.all([
      get(`${data.links.contours}?frames=false`), data.links.ignition ? get(data.links.ignition) : null]);
    if (this.newest !== data.job) return; // a later forecast has overtaken this one
    this.forecast = { ...data, contours, ignition };
    this.tell("forecast");
  }

  takeApproval({ job, approval }) {
    const board = this.forecast?.summary?.board;
    if (!board || this.forecast.job !== job) return;
    board.approval = approval;
    this.tell("approval");
  }

  get shownContours() {
    return this.showing === "changed" && this.whatIf ? this.whatIf.contours : this.forecast?.contours ?? null;
  }

  // What it does if it is lit, in degrees; null for what does not burn.
  get shownIgnition() {
    return (this.showing === "changed" && this.whatIf ? this.whatIf.ignition : this.forecast?.ignition) ?? null;
  }

  pictureOfIgnition(code) {
    const changed = this.showing === "changed" && this.whatIf;
    const links = changed ? this.whatIf.job.links : this.forecast?.links;
    return links?.ignition_picture && `${links.ignition_picture}?language=${code}${changed ? "&of=changed" : ""}`;
  }

  get shownSummary() {
    return this.showing === "changed" && this.whatIf ? this.whatIf.result.changed : this.forecast?.summary ?? null;
  }

  // Outlines frame by frame of what is shown: large, so they are fetched when somebody first asks for one.
  frames() {
    const shown = this.showing === "changed" && this.whatIf ? this.whatIf : this.forecast;
    if (!shown) return Promise.resolve([]);
    const address = shown.contoursLink ?? shown.links.contours;
    shown.frames ??= get(address).then((found) => found.features.filter((item) => item.properties.time_s !== null));
    return shown.frames;
  }

  show(which) {
    this.showing = which;
    this.tell("forecast");
  }

  // What the map shows: the fires of what burns until somebody asks for something else.
  get shownLayer() {
    if (!this.shownIgnition) return "zones";
    return this.layer ?? "heat";
  }

  setLayer(layer) {
    this.layer = layer;
    this.tell("forecast");
  }

  setBranch(branch) {
    this.branch = branch;
    this.tell("forecast");
  }

  async compare(body, onProgress, signal) {
    let job = await send("POST", "/v1/comparisons?wait=1", body);
    while (["accepted", "running"].includes(job.state)) {
      onProgress(job);
      if (signal.aborted) {
        await send("DELETE", job.links.cancel);
        return;
      }
      job = await get(`${job.links.self}?wait=1`);
    }
    if (job.state !== "successful") throw new Error(job.problem?.detail ?? job.state);
    const contoursLink = `${job.links.contours}?of=changed`;
    const result = await get(job.links.result);
    const [contours, ignition] = await Promise.all([
      get(`${contoursLink}&frames=false`), result.changed.ignition ? get(`${job.links.ignition}?of=changed`) : null]);
    this.whatIf = { job, result, contours, contoursLink, ignition };
    this.showing = "changed";
    this.tell("what-if");
    this.tell("forecast");
  }
}

export async function get(address) {
  return answered(await fetch(address, { headers: { "Accept-Language": document.documentElement.lang } }));
}

export async function send(method, address, body, more = {}) {
  return answered(await fetch(address, {
    method,
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, ...more },
    body: body === undefined ? undefined : JSON.stringify(body),
  }));
}

async function answered(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(`${body.title}: ${body.detail}`);
  return body;
}

export const feed = new Feed();
