// What there is to show, where it stands, and what is chosen. Every text that comes from the trace reaches the screen
// through textContent or fillText, which read no markup.

const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const LEFT = 244, HEAD = 21, SLIVER = 5, ROW = 26;
const HEIGHTS = { checks: 24, user: 24, orders: 18, engine: 22, sockets: 28, venue: 24, faults: 20 };
const NONE = -1;

const EVENTS = DATA.events.map(([at, lane, look, label, where, text, about], place) => {
  const [glyph, tone, kind] = DATA.looks[look];
  return { place, at, lane, glyph, tone, kind, label: DATA.labels[label], where, text, about, rank: 0, many: 1, then: Infinity, u: 0 };
});
const LANES = DATA.lanes.map(([group, name, note, order]) =>
  ({ group: DATA.groups[group], name, note, order, events: [], index: new Map(), spans: [], y: 0, h: 0 }));
for (const event of EVENTS) {
  const lane = LANES[event.lane];
  lane.index.set(event, lane.events.length);
  lane.events.push(event);
}
for (const [lane, from, to, what, tone, label, first, last] of DATA.spans) {
  LANES[lane].spans.push({ from, to, what, tone, label, open: last === null && to >= DATA.until, first: EVENTS[first], last: EVENTS[last] });
}
// Virtual time stands still while much happens: each event knows its rank among those of its instant.
for (let i = 0; i < EVENTS.length;) {
  let end = i;
  while (end < EVENTS.length && EVENTS[end].at === EVENTS[i].at) end++;
  const then = end < EVENTS.length ? EVENTS[end].at : DATA.until + DATA.until / 100;
  for (let k = i; k < end; k++) Object.assign(EVENTS[k], { rank: k - i, many: end - i, then });
  i = end;
}
const ROADS = DATA.orders.map(() => []);
for (const event of EVENTS) for (const order of event.about) ROADS[order].push(event);
const VIOLATIONS = EVENTS.filter((event) => event.kind === "violation");
const PHASES = LANES.flatMap((lane) => lane.spans).filter((span) => span.what === "phase");
const EDGE = Math.max(DATA.until * 0.015, 0.001);
const CLOCK = { from: -EDGE, to: DATA.until + EDGE };

let chosen = NONE; // the order whose road is shown
let active = null; // the event that is pointed out
let hits = null; // the events that the search found
let folding = true;
let size = { width: 0, height: 0 };

// ---- Time and place --------------------------------------------------------------------------------------------------
// A place in time is `u`. By the clock, u is the time itself. Step by step, for one order's road, each of its events is
// one step from the one before, and a wait adds to that as its logarithm, so that a command that took milliseconds and
// the minutes until its fill can be read in one picture. `steps` are then the bends between which u follows time evenly.

const MOMENT = 1e-7; // seconds: less than any two instants are apart
let steps = null;
let whole = { ...CLOCK };
const view = { ...CLOCK };

function bent(value, from, to) {
  let low = 0, high = steps.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle][from] <= value) low = middle; else high = middle;
  }
  const a = steps[low], b = steps[high];
  return b[from] === a[from] ? a[to] : a[to] + ((value - a[from]) / (b[from] - a[from])) * (b[to] - a[to]);
}
const uOf = (at) => (steps ? bent(at, "at", "u") : at);
const timeOf = (u) => (steps ? bent(u, "u", "at") : u);
const scaled = () => (size.width - LEFT) / (view.to - view.from);
const xAtU = (u) => LEFT + (u - view.from) * scaled();
const uAt = (x) => view.from + (x - LEFT) / scaled();
const xOf = (at) => xAtU(uOf(at));
const atOf = (x) => timeOf(uAt(x));

function instantsOf(road) {
  const instants = [];
  for (const event of road) {
    const last = instants[instants.length - 1];
    if (last && last.at === event.at) last.events.push(event);
    else instants.push({ at: event.at, events: [event] });
  }
  return instants;
}

function stepThrough(order) {
  const instants = instantsOf(ROADS[order]), places = new Map();
  let u = 0;
  steps = [{ at: Math.min(CLOCK.from, instants[0].at - MOMENT), u: -1.5 }];
  instants.forEach(({ at, events }, i) => {
    if (i) u += 1 + 0.6 * Math.log10(1 + (at - instants[i - 1].at) * 1000);
    steps.push({ at, u });
    places.set(at, { u, events });
    u += events.length - 1;
    if (events.length > 1) steps.push({ at: at + MOMENT, u });
  });
  const edge = 1.5 + u * 0.08; // the last words stand aslant beyond their mark
  steps.push({ at: Math.max(CLOCK.to, instants[instants.length - 1].at + 2 * MOMENT), u: u + edge });
  whole = { from: -1.5, to: u + edge };
  // What happened at the same instant, but is not of this road, stands before the step that came after it.
  for (const event of EVENTS) {
    const here = places.get(event.at);
    if (!here) { event.u = uOf(event.at); continue; }
    const before = firstAfter(here.events, event.place, "place");
    const own = here.events[before] === event;
    event.u = here.u + Math.min(own ? before : Math.max(before - 0.5, 0), here.events.length - 1);
  }
}

// By the clock, the events of one instant are drawn side by side if there is room before the next; else on one spot.
function placeOf(event) {
  if (steps) return xAtU(event.u);
  const x = xOf(event.at);
  if (!event.rank) return x;
  const step = Math.min(9, Math.min(xOf(event.then) - x, 800) / 2 / event.many);
  return x + event.rank * (step > 4 ? step : Math.max(step - 1, 0) * (4 / 3));
}

const FAN = 410; // pixels: no event stands further right of its time than this
function* near(lane, x0, x1) {
  const until = atOf(x1) + MOMENT;
  for (let i = firstAfter(lane.events, atOf(x0 - (steps ? 0 : FAN)) - 2 * MOMENT); i < lane.events.length; i++) {
    if (lane.events[i].at > until) return;
    yield lane.events[i];
  }
}

function firstAfter(events, value, by = "at") {
  let low = 0, high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle][by] < value) low = middle + 1; else high = middle;
  }
  return low;
}

let tall = 0; // the height of a lane on the road, step by step: then there is room for each mark's words above it
const isTall = (lane) => tall > 0 && lane.h === tall;
const middleOf = (lane) => (isTall(lane) ? lane.y + lane.h - 18 : lane.y + lane.h / 2);
const axis = () => (steps ? 2 * ROW - 8 : ROW); // step by step, a second row says what lies between the steps

// What went wrong while an order was on its road may be why it went as it did, so it is not dimmed.
const WRONG = new Set(["crashed", "gave up", "reset", "fault", "violation"]);
const isWhy = (event) => chosen !== NONE && WRONG.has(event.kind) && event.at >= during.from && event.at <= during.to;
let during = { from: 0, to: 0 };

function layOut() {
  if (chosen !== NONE) during = { from: ROADS[chosen][0].at, to: ROADS[chosen][ROADS[chosen].length - 1].at };
  const why = new Set(chosen === NONE ? [] : EVENTS.filter(isWhy).map((event) => event.lane));
  const road = chosen === NONE ? null : new Set(ROADS[chosen].map((event) => event.lane));
  const onRoad = (place) => road !== null && road.has(place) && (steps !== null || folding);
  const usual = (lane, place) => (road === null || !folding || why.has(place) ? HEIGHTS[lane.group] : SLIVER);
  const groups = new Set(LANES.map((lane) => lane.group)).size;
  const least = LANES.reduce((sum, lane, place) => sum + (onRoad(place) ? 0 : usual(lane, place)), 0);
  const free = size.height - axis() - 12 - groups * HEAD;
  tall = road && steps ? Math.min(Math.max(Math.floor((free - least) / road.size), 84), 112) : 0;
  // Few lanes may be higher, but not so high that they fall apart.
  const ease = road ? 1 : Math.min(Math.max(free / least, 1), 1.35);
  let y = axis(), group = null;
  LANES.forEach((lane, place) => {
    if (lane.group !== group) { y += HEAD; group = lane.group; }
    lane.y = y;
    lane.h = onRoad(place) ? tall || 36 : usual(lane, place) * ease;
    y += lane.h;
  });
  $("height").style.height = Math.max(y + 12, size.height) + "px";
}

const isLit = (event) => (chosen === NONE ? hits === null || hits.has(event) : event.about.includes(chosen) || isWhy(event));

// ---- Moving ----------------------------------------------------------------------------------------------------------

function look(from, to) {
  const least = steps ? 2 : 0.0002;
  const span = Math.min(Math.max(to - from, least), whole.to - whole.from);
  const start = Math.min(Math.max((from + to) / 2 - span / 2, whole.from), whole.to - span);
  view.from = start;
  view.to = start + span;
  keepAddress();
  redraw();
}

const hurried = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let glide = 0;
function glideTo(from, to) {
  cancelAnimationFrame(glide);
  if (hurried) { look(from, to); return; }
  const start = performance.now(), old = { ...view };
  const move = (now) => {
    const part = Math.min((now - start) / 220, 1), eased = 1 - Math.pow(1 - part, 3);
    look(old.from + (from - old.from) * eased, old.to + (to - old.to) * eased);
    if (part < 1) glide = requestAnimationFrame(move);
  };
  glide = requestAnimationFrame(move);
}

const zoom = (factor, u) => look(u - (u - view.from) * factor, u + (view.to - u) * factor);
const pan = (share) => look(view.from + share * (view.to - view.from), view.to + share * (view.to - view.from));

function roadView(order) {
  if (steps) return [whole.from, whole.to];
  const road = ROADS[order], from = road[0].at, to = road[road.length - 1].at;
  const edge = Math.max((to - from) * 0.06, 0.002);
  return [from - edge, to + edge];
}

// The address keeps what is shown, so that a view can be passed on.
let addressed = 0;
function keepAddress() {
  clearTimeout(addressed);
  addressed = setTimeout(() => {
    const parts = new URLSearchParams();
    if (chosen !== NONE) parts.set("order", DATA.orders[chosen]);
    if (chosen !== NONE && !steps) parts.set("by", "clock");
    if (!steps && view.to - view.from < (whole.to - whole.from) * 0.999) {
      parts.set("from", view.from.toFixed(6));
      parts.set("to", view.to.toFixed(6));
    }
    try { history.replaceState(null, "", "#" + parts); } catch { /* a page in a sandbox has no address */ }
  }, 300);
}

// ---- Choosing --------------------------------------------------------------------------------------------------------

function choose(order, { stepwise = steps !== null } = {}) {
  cancelAnimationFrame(glide);
  chosen = order;
  if (active && order !== NONE && !active.about.includes(order)) active = null;
  const now = [timeOf(view.from), timeOf(view.to)], were = steps !== null;
  steps = null;
  whole = { ...CLOCK };
  if (stepwise && order !== NONE) {
    stepThrough(order);
    look(whole.from, whole.to);
  } else if (were) {
    look(...(order === NONE ? [whole.from, whole.to] : roadView(order)));
  } else {
    look(...now);
  }
  layOut();
  showSide();
}

function point(event, { move = false } = {}) {
  active = event;
  if (event && move) {
    const u = steps ? event.u : event.at, span = view.to - view.from;
    if (u < view.from + span * 0.03 || u > view.to - span * 0.03) glideTo(u - span / 2, u + span / 2);
    const lane = LANES[event.lane], box = $("scroll");
    if (lane.y < box.scrollTop + axis() || lane.y + lane.h > box.scrollTop + size.height) box.scrollTop = lane.y - size.height / 2;
  }
  if (event) $("said").textContent = `${seconds(event.at)} seconds, ${event.where}, ${event.kind}: ${event.text}`;
  showActive();
  redraw();
}

function go(way) {
  const among = chosen !== NONE ? ROADS[chosen] : hits !== null ? [...hits] : EVENTS;
  if (!among.length) return;
  const here = active ? among.indexOf(active) : NONE;
  const next = here === NONE ? firstAfter(among, active ? active.at : timeOf(view.from)) : here + way;
  point(among[Math.min(Math.max(next, 0), among.length - 1)], { move: true });
}

function search(words) {
  const wanted = words.trim().toLowerCase();
  const textOf = (event) => [event.where, event.kind, event.text, ...event.about.map((order) => DATA.orders[order])].join(" ");
  hits = wanted === "" ? null : new Set(EVENTS.filter((event) => textOf(event).toLowerCase().includes(wanted)));
  $("hits").textContent = hits === null ? "" : `${hits.size} found`;
  if (hits !== null && chosen !== NONE) choose(NONE);
  redraw();
}
