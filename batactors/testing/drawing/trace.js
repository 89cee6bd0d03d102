// What is shown: the lanes over time, the overview above them, and the panel beside them. Every text that comes from
// the trace reaches the screen through textContent or fillText, which read no markup.

const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const LEFT = 172, AXIS = 26, HEAD = 21, SLIVER = 5, OVERVIEW = 58;
const HEIGHTS = { checks: 24, user: 24, orders: 17, engine: 22, sockets: 27, venue: 24, faults: 19 };
const FONT = "11px system-ui, -apple-system, 'Segoe UI', sans-serif";
const NONE = -1;

// The trace, with each event's neighbours in its lane: those of one instant are drawn side by side, in their order.
const EVENTS = DATA.events.map(([at, lane, look, label, where, text, about], place) => {
  const [glyph, tone, kind] = DATA.looks[look];
  return { place, at, lane, glyph, tone, kind, label: DATA.labels[label], where, text, about, rank: 0, many: 1, then: Infinity };
});
const LANES = DATA.lanes.map(([group, name, order]) => ({ group: DATA.groups[group], name, order, events: [], spans: [], y: 0, h: 0 }));
for (const event of EVENTS) LANES[event.lane].events.push(event);
for (const [lane, from, to, what, tone, label, last] of DATA.spans) {
  LANES[lane].spans.push({ from, to, what, tone, label, open: last === null });
}
for (const { events } of LANES) {
  for (let i = 0; i < events.length;) {
    let end = i;
    while (end < events.length && events[end].at === events[i].at) end++;
    for (let k = i; k < end; k++) {
      Object.assign(events[k], { rank: k - i, many: end - i, then: end < events.length ? events[end].at : Infinity });
    }
    i = end;
  }
}
const ROADS = DATA.orders.map(() => []);
for (const event of EVENTS) for (const order of event.about) ROADS[order].push(event);
const VIOLATIONS = EVENTS.filter((event) => event.kind === "violation");
const PHASES = LANES.flatMap((lane) => lane.spans).filter((span) => span.what === "phase");
const EDGE = Math.max(DATA.until * 0.015, 0.001);
const WHOLE = { from: -EDGE, to: DATA.until + EDGE };

const view = { ...WHOLE };
let colours = readColours();
let chosen = NONE; // the order whose road is shown
let active = null; // the event that is pointed out
let hits = null; // the events that the search found
let folding = true;
let size = { width: 0, height: 0 };
let hovered = null; // where the pointer is over the lanes
let band = null; // a stretch of time that is being marked out

// ---- Where things are ----------------------------------------------------------------------------------------------

const xOf = (at) => LEFT + ((at - view.from) / (view.to - view.from)) * (size.width - LEFT);
const atOf = (x) => view.from + ((x - LEFT) / (size.width - LEFT)) * (view.to - view.from);
function placeOf(event) {
  const x = xOf(event.at);
  if (event.many === 1) return x;
  const room = event.then === Infinity ? Infinity : xOf(event.then) - x;
  return x + event.rank * Math.min(10, room / event.many);
}
const isLit = (event) => (chosen === NONE ? hits === null || hits.has(event) : event.about.includes(chosen));

function firstAfter(events, at) {
  let low = 0, high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].at < at) low = middle + 1; else high = middle;
  }
  return low;
}

function layOut() {
  const road = chosen === NONE ? null : new Set(ROADS[chosen].map((event) => event.lane));
  let y = AXIS, group = null;
  LANES.forEach((lane, place) => {
    if (lane.group !== group) { y += HEAD; group = lane.group; }
    const on = road !== null && road.has(place);
    lane.y = y;
    lane.h = road === null || !folding ? HEIGHTS[lane.group] : on ? Math.max(HEIGHTS[lane.group], 28) : SLIVER;
    y += lane.h;
  });
  $("height").style.height = Math.max(y + 12, size.height) + "px";
}

// ---- The lanes -----------------------------------------------------------------------------------------------------

let waiting = false;
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; paintLanes(); paintOverview(); });
}

function paintLanes() {
  const { width, height } = size;
  const pen = penOf($("lanes"), width, height);
  const top = $("scroll").scrollTop;
  pen.font = FONT;
  pen.textBaseline = "middle";
  pen.save();
  pen.beginPath();
  pen.rect(0, AXIS, width, height - AXIS);
  pen.clip();
  pen.translate(0, -top);
  const shown = LANES.filter((lane) => lane.y + lane.h > top + AXIS && lane.y < top + height);
  paintGround(pen, top, height);
  pen.save();
  pen.beginPath();
  pen.rect(LEFT, top, width - LEFT, height);
  pen.clip();
  for (const lane of shown) paintSpans(pen, lane);
  const lit = [];
  for (const lane of shown) paintMarks(pen, lane, lit);
  if (chosen !== NONE) paintRoad(pen);
  pen.globalAlpha = 1;
  for (const event of lit) paintMark(pen, event, LANES[event.lane], true);
  paintViolations(pen, top, height);
  if (active) paintActive(pen);
  pen.restore();
  paintNames(pen, shown);
  pen.restore();
  paintAxis(pen, width, height);
}

function paintGround(pen, top, height) {
  for (const phase of PHASES) {
    const x0 = Math.max(xOf(phase.from), LEFT), x1 = xOf(phase.to);
    pen.fillStyle = colours[phase.tone] || colours.page;
    if (x1 > x0) pen.fillRect(x0, top, x1 - x0, height);
  }
  let group = null;
  for (const lane of LANES) {
    if (lane.group !== group) {
      group = lane.group;
      pen.fillStyle = colours.hair;
      pen.fillRect(0, lane.y - HEAD + 3, size.width, 1);
    }
    if (lane.h <= SLIVER) continue;
    pen.fillStyle = colours.hair;
    pen.globalAlpha = 0.55;
    pen.fillRect(LEFT, lane.y + lane.h - 0.5, size.width - LEFT, 0.5);
    pen.globalAlpha = 1;
  }
}

function paintSpans(pen, lane) {
  const dim = chosen !== NONE && lane.order !== chosen;
  for (const span of lane.spans) {
    if (span.what === "phase" || span.to < view.from || span.from > view.to) continue;
    const x0 = Math.max(xOf(span.from), LEFT - 8), x1 = Math.min(xOf(span.to), size.width + 8);
    const inset = lane.h <= SLIVER ? 1 : lane.h / 5;
    pen.globalAlpha = (dim ? 0.45 : 1) * (span.what === "fault" ? 0.3 : 1);
    pen.fillStyle = colours[span.tone] || colours.life;
    bar(pen, x0, Math.max(x1, x0 + 1.5), lane.y + inset, lane.h - 2 * inset, span.open);
  }
  pen.globalAlpha = 1;
}

// Marks that are dimmed come first; the lit ones are kept for later, above the road. What falls on the same pixel as
// the mark before it, and looks the same, is not drawn again: twenty thousand marks are then a few thousand.
function paintMarks(pen, lane, lit) {
  const slack = ((view.to - view.from) / (size.width - LEFT)) * 120;
  const last = new Map();
  const dimming = chosen !== NONE || hits !== null;
  for (let i = firstAfter(lane.events, view.from - slack); i < lane.events.length; i++) {
    const event = lane.events[i];
    if (event.at > view.to) break;
    const on = isLit(event);
    if (dimming && on) { lit.push(event); continue; }
    const pixel = Math.round(placeOf(event) * 2);
    const look = event.glyph + event.tone;
    if (last.get(look) === pixel) continue;
    last.set(look, pixel);
    pen.globalAlpha = dimming ? 0.22 : 1;
    paintMark(pen, event, lane, !dimming);
  }
  pen.globalAlpha = 1;
}

function paintMark(pen, event, lane, labelled) {
  const x = placeOf(event), y = lane.y + lane.h / 2;
  const index = firstAfter(lane.events, event.at) + event.rank;
  const next = lane.events[index + 1], before = lane.events[index - 1];
  const room = next ? placeOf(next) - x : Infinity;
  const close = Math.min(room, before ? x - placeOf(before) : Infinity) > 7;
  mark(pen, colours, event.glyph, event.tone, x, y, lane.h <= SLIVER ? 2.2 : lane.h / 2 - 3, close && lane.h > SLIVER);
  if (!labelled || lane.h <= SLIVER || room < 26 || !event.label) return;
  pen.font = FONT;
  if (pen.measureText(event.label).width + 14 > Math.min(room, size.width - x)) return;
  pen.fillStyle = event.tone === "bad" ? colours.bad : colours.ink;
  pen.globalAlpha *= 0.85;
  pen.fillText(event.label, x + 8, y + 0.5);
  pen.globalAlpha /= 0.85;
}

function paintRoad(pen) {
  const points = ROADS[chosen].map((event) => [placeOf(event), LANES[event.lane].y + LANES[event.lane].h / 2]);
  pen.lineJoin = "round";
  for (const [tone, width, alpha] of [["page", 5, 0.8], ["road", 1.8, 0.85]]) {
    pen.strokeStyle = colours[tone];
    pen.lineWidth = width;
    pen.globalAlpha = alpha;
    path(pen, ...points);
    pen.stroke();
  }
}

function paintViolations(pen, top, height) {
  pen.strokeStyle = colours.bad;
  pen.lineWidth = 1;
  pen.setLineDash([4, 3]);
  for (const event of VIOLATIONS) {
    const x = xOf(event.at);
    path(pen, [x, top], [x, top + height]);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function paintActive(pen) {
  const lane = LANES[active.lane];
  pen.strokeStyle = colours.road;
  pen.lineWidth = 2;
  disc(pen, placeOf(active), lane.y + lane.h / 2, 9);
  pen.stroke();
}

function paintNames(pen, shown) {
  pen.textAlign = "left";
  let group = null;
  for (const lane of LANES) {
    if (lane.group === group) continue;
    group = lane.group;
    pen.font = "600 " + FONT;
    pen.fillStyle = colours.quiet;
    pen.fillText(group, 14, lane.y - HEAD / 2 + 3);
  }
  pen.font = FONT;
  let before = null;
  for (const lane of shown) {
    const same = before && before.group === lane.group && before.name === lane.name;
    before = lane;
    if (lane.h <= SLIVER || same) continue;
    pen.fillStyle = lane.order !== null && lane.order === chosen ? colours.road : colours.ink;
    pen.fillText(shorten(pen, lane.name, LEFT - 34), 24, lane.y + lane.h / 2 + 0.5);
  }
}

const shortened = new Map();
function shorten(pen, text, room) {
  if (!shortened.has(text)) {
    let short = text;
    // Ids tell apart at their ends, so the middle goes.
    for (let cut = text.length - 2; pen.measureText(short).width > room && cut > 4; cut -= 1) {
      short = text.slice(0, Math.ceil(cut / 2)) + "…" + text.slice(text.length - Math.floor(cut / 2));
    }
    shortened.set(text, short);
  }
  return shortened.get(text);
}

function paintAxis(pen, width, height) {
  pen.fillStyle = colours.page;
  pen.fillRect(0, 0, width, AXIS);
  pen.fillStyle = colours.hair;
  pen.fillRect(0, AXIS - 1, width, 1);
  const step = timeStep(view.to - view.from, width - LEFT);
  pen.font = FONT;
  pen.textAlign = "center";
  for (let tick = Math.ceil(view.from / step) * step; tick <= view.to; tick += step) {
    const x = xOf(tick);
    if (x < LEFT + 12 || tick < -step / 2) continue;
    pen.fillStyle = colours.quiet;
    pen.fillText(seconds(Math.abs(tick), step) + " s", x, AXIS / 2);
    pen.globalAlpha = 0.6;
    pen.fillStyle = colours.hair;
    pen.fillRect(x, AXIS, 1, height);
    pen.globalAlpha = 1;
  }
  pen.textAlign = "left";
  pen.fillStyle = colours.quiet;
  pen.fillText("virtual time", 14, AXIS / 2);
  if (band) {
    pen.fillStyle = colours.up;
    pen.globalAlpha = 0.15;
    pen.fillRect(Math.min(band.x0, band.x1), 0, Math.abs(band.x1 - band.x0), height);
    pen.globalAlpha = 1;
  }
  if (hovered && hovered.x > LEFT && !band) {
    const text = seconds(atOf(hovered.x), (view.to - view.from) / (width - LEFT)) + " s";
    const room = pen.measureText(text).width + 12;
    const x = Math.min(Math.max(hovered.x, LEFT + room / 2), width - room / 2);
    pen.fillStyle = colours.quiet;
    pen.fillRect(hovered.x, AXIS, 0.7, height);
    pen.fillStyle = colours.ink;
    bar(pen, x - room / 2, x + room / 2, 4, AXIS - 8, false);
    pen.fillStyle = colours.page;
    pen.textAlign = "center";
    pen.fillText(text, x, AXIS / 2);
  }
}

// ---- The overview: the whole run at once, frames up above the line and frames down below it -------------------------

const overviewX = (at) => LEFT + ((at - WHOLE.from) / (WHOLE.to - WHOLE.from)) * (size.width - LEFT);
const overviewAt = (x) => WHOLE.from + ((x - LEFT) / (size.width - LEFT)) * (WHOLE.to - WHOLE.from);

function paintOverview() {
  const { width } = size;
  const pen = penOf($("overview"), width, OVERVIEW);
  const middle = OVERVIEW / 2;
  pen.font = FONT;
  pen.textBaseline = "middle";
  for (const phase of PHASES) {
    pen.fillStyle = colours[phase.tone] || colours.page;
    pen.fillRect(overviewX(phase.from), 0, overviewX(phase.to) - overviewX(phase.from), OVERVIEW);
  }
  const bins = { up: new Map(), down: new Map() };
  for (const { glyph, at } of EVENTS) {
    if (!bins[glyph]) continue;
    const x = Math.round(overviewX(at) / 2) * 2;
    bins[glyph].set(x, (bins[glyph].get(x) || 0) + 1);
  }
  const most = Math.max(1, ...bins.up.values(), ...bins.down.values());
  for (const [way, sign] of [["up", -1], ["down", 1]]) {
    pen.fillStyle = colours[way];
    for (const [x, count] of bins[way]) {
      const h = Math.max(1.5, Math.sqrt(count / most) * (middle - 8));
      pen.fillRect(x - 0.8, sign < 0 ? middle - h : middle, 1.6, h);
    }
  }
  for (const lane of LANES) {
    for (const span of lane.spans) {
      if (span.what !== "fault") continue;
      pen.globalAlpha = 0.35;
      pen.fillStyle = colours.fault;
      pen.fillRect(overviewX(span.from), OVERVIEW - 5, Math.max(1, overviewX(span.to) - overviewX(span.from)), 4);
      pen.globalAlpha = 1;
    }
    if (lane.group !== "faults") continue;
    pen.fillStyle = colours.fault;
    for (const event of lane.events) pen.fillRect(overviewX(event.at) - 0.7, OVERVIEW - 6, 1.4, 6);
  }
  if (chosen !== NONE) {
    pen.fillStyle = colours.road;
    for (const event of ROADS[chosen]) pen.fillRect(overviewX(event.at) - 1, 0, 2, 6);
  }
  pen.fillStyle = colours.bad;
  for (const event of VIOLATIONS) pen.fillRect(overviewX(event.at) - 1, 0, 2, OVERVIEW);
  const x0 = overviewX(view.from), x1 = overviewX(view.to);
  pen.fillStyle = colours.page;
  pen.globalAlpha = 0.6;
  pen.fillRect(LEFT, 0, Math.max(0, x0 - LEFT), OVERVIEW);
  pen.fillRect(x1, 0, Math.max(0, width - x1), OVERVIEW);
  pen.globalAlpha = 1;
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1;
  pen.strokeRect(Math.max(x0, LEFT) + 0.5, 0.5, Math.max(2, Math.min(x1, width) - Math.max(x0, LEFT) - 1), OVERVIEW - 1);
  pen.fillStyle = colours.up;
  pen.fillText("frames up", 14, middle - 9);
  pen.fillStyle = colours.down;
  pen.fillText("frames down", 14, middle + 9);
}

// ---- Moving --------------------------------------------------------------------------------------------------------

function look(from, to) {
  const span = Math.min(Math.max(to - from, 0.0002), WHOLE.to - WHOLE.from);
  const middle = (from + to) / 2;
  const start = Math.min(Math.max(middle - span / 2, WHOLE.from), WHOLE.to - span);
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
  const go = (now) => {
    const part = Math.min((now - start) / 220, 1), eased = 1 - Math.pow(1 - part, 3);
    look(old.from + (from - old.from) * eased, old.to + (to - old.to) * eased);
    if (part < 1) glide = requestAnimationFrame(go);
  };
  glide = requestAnimationFrame(go);
}

function zoom(factor, around) {
  look(around - (around - view.from) * factor, around + (view.to - around) * factor);
}
const pan = (share) => look(view.from + share * (view.to - view.from), view.to + share * (view.to - view.from));

function roadView(order) {
  const road = ROADS[order], from = road[0].at, to = road[road.length - 1].at;
  const edge = Math.max((to - from) * 0.06, 0.002);
  return [from - edge, to + edge];
}

// The address keeps what is shown, so that a view can be passed on.
function keepAddress() {
  const parts = new URLSearchParams();
  if (chosen !== NONE) parts.set("order", DATA.orders[chosen]);
  if (view.from !== WHOLE.from || view.to !== WHOLE.to) {
    parts.set("from", view.from.toFixed(6));
    parts.set("to", view.to.toFixed(6));
  }
  clearTimeout(keepAddress.later);
  keepAddress.later = setTimeout(() => {
    try { history.replaceState(null, "", "#" + parts); } catch { /* a page in a sandbox has no address */ }
  }, 300);
}

// ---- Choosing ------------------------------------------------------------------------------------------------------

function choose(order) {
  chosen = order;
  if (active && order !== NONE && !active.about.includes(order)) active = null;
  layOut();
  showSide();
  keepAddress();
  redraw();
}

function point(event, { move = false } = {}) {
  active = event;
  if (event && move) {
    const span = view.to - view.from;
    if (event.at < view.from + span * 0.05 || event.at > view.to - span * 0.05) glideTo(event.at - span / 2, event.at + span / 2);
    const lane = LANES[event.lane], box = $("scroll");
    if (lane.y < box.scrollTop + AXIS || lane.y + lane.h > box.scrollTop + size.height) box.scrollTop = lane.y - size.height / 2;
  }
  if (event) $("said").textContent = `${seconds(event.at)} seconds, ${event.where}, ${event.kind}: ${event.text}`;
  showActive();
  redraw();
}

function go(step) {
  const among = chosen !== NONE ? ROADS[chosen] : hits !== null ? [...hits] : EVENTS;
  if (!among.length) return;
  const here = active ? among.indexOf(active) : NONE;
  const next = here === NONE ? firstAfter(among, active ? active.at : view.from) : here + step;
  point(among[Math.min(Math.max(next, 0), among.length - 1)], { move: true });
}

function search(words) {
  const wanted = words.trim().toLowerCase();
  hits = wanted === "" ? null : new Set(EVENTS.filter((event) =>
    `${event.where} ${event.kind} ${event.text} ${event.about.map((order) => DATA.orders[order]).join(" ")}`.toLowerCase().includes(wanted)));
  $("hits").textContent = hits === null ? "" : `${hits.size} found`;
  if (hits !== null && chosen !== NONE) choose(NONE);
  redraw();
}

// ---- The panel -----------------------------------------------------------------------------------------------------

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function press(text, title, act) {
  const button = make("button", "", text);
  button.type = "button";
  button.title = title;
  button.addEventListener("click", act);
  return button;
}

function showSide() {
  const side = $("side");
  side.replaceChildren();
  const head = make("div", "head");
  side.append(head);
  if (chosen === NONE) showOrders(side, head); else showRoad(side, head);
  showActive();
}

function showOrders(side, head) {
  head.append(make("h2", "", `${DATA.orders.length} orders`));
  side.append(make("p", "about", "Choose one to see its road, here or by a click on a mark."));
  const list = make("ol");
  for (const event of VIOLATIONS) {
    const button = press("", event.text, () => { if (event.about.length) choose(event.about[0]); point(event, { move: true }); });
    button.append(make("span", "when", seconds(event.at, 0.001)), make("span", "broken", event.text));
    wrap(list, button);
  }
  DATA.orders.forEach((id, order) => {
    const told = ROADS[order].filter((event) => event.kind === "event");
    const end = told[told.length - 1];
    const button = press("", id, () => { choose(order); glideTo(...roadView(order)); });
    button.classList.add("order");
    button.append(make("span", "when", seconds(ROADS[order][0].at, 0.001)), make("span", "", id),
      make("span", end ? `state tone-${end.tone}` : "state", end ? end.label : ""));
    wrap(list, button);
  });
  side.append(list);
}

function showRoad(side, head) {
  const road = ROADS[chosen], all = DATA.orders.length;
  head.append(make("h2", "", DATA.orders[chosen]),
    press("‹", "The order before", () => choose((chosen + all - 1) % all)),
    press("›", "The next order", () => choose((chosen + 1) % all)),
    press("Zoom", "Its road only (z)", () => glideTo(...roadView(chosen))),
    press("×", "All orders (Escape)", () => choose(NONE)));
  const from = road[0].at, to = road[road.length - 1].at;
  side.append(make("p", "about", `${road.length} events in ${lasting(to - from)}, from ${seconds(from, 0.001)} s to ${seconds(to, 0.001)} s`));
  const list = make("ol");
  road.forEach((event, stop) => {
    const button = press("", "", () => point(event, { move: true }));
    const since = stop ? event.at - road[stop - 1].at : 0;
    const what = make("span");
    what.append(make("span", `kind tone-${event.tone}`, event.kind), make("span", "where", `  ${event.where}`));
    button.append(make("span", "when", seconds(event.at, 0.001)), what,
      make("span", "since", since > 0 ? "+" + lasting(since) : ""), make("span", "text", event.text));
    button.dataset.place = event.place;
    wrap(list, button);
  });
  side.append(list);
}

function wrap(list, button) {
  const item = make("li");
  item.append(button);
  list.append(item);
}

function showActive() {
  const side = $("side");
  side.querySelector(".card")?.remove();
  side.querySelector("[aria-current]")?.removeAttribute("aria-current");
  if (!active) return;
  const line = side.querySelector(`[data-place="${active.place}"]`);
  if (line) {
    line.setAttribute("aria-current", "true");
    line.scrollIntoView({ block: "nearest" });
    return;
  }
  const card = make("div", "card");
  describe(card, active);
  for (const order of active.about) if (order !== chosen) card.append(press(DATA.orders[order], "Its road", () => choose(order)));
  side.append(card);
}

function describe(box, event) {
  const head = make("p");
  head.append(make("span", "since", `${seconds(event.at)} s  ${event.where}  `), make("strong", `tone-${event.tone}`, event.kind));
  box.append(head, make("p", "text", event.text));
}
