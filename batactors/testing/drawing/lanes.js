// The drawing of the lanes and of the overview above them. It reads what is chosen and changes none of it.

const OVERVIEW = 58;
const FONT = "11px system-ui, -apple-system, 'Segoe UI', sans-serif";
let colours = readColours();
let hovered = null; // where the pointer is over the lanes
let band = null; // a stretch that is being marked out over the axis

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
  pen.textAlign = "left";
  const shown = LANES.filter((lane) => lane.y + lane.h > top + axis() && lane.y < top + height);
  within(pen, 0, axis(), width, height - axis(), () => {
    pen.translate(0, -top);
    paintGround(pen, top, height);
    within(pen, LEFT, top, width - LEFT, height, () => {
      for (const lane of shown) paintSpans(pen, lane);
      const lit = [];
      for (const lane of shown) paintMarks(pen, lane, lit);
      if (chosen !== NONE) paintRoad(pen);
      for (const event of lit) paintMark(pen, event, LANES[event.lane], true);
      if (steps) paintWords(pen, lit);
      paintViolations(pen, top, height);
      if (active) paintActive(pen);
    });
    paintNames(pen, shown);
  });
  paintAxis(pen, width, height);
}

function within(pen, x, y, width, height, paint) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  paint();
  pen.restore();
}

function paintGround(pen, top, height) {
  for (const phase of PHASES) {
    const x0 = Math.max(xOf(phase.from), LEFT), x1 = xOf(phase.to);
    pen.fillStyle = colours[phase.tone] || colours.page;
    if (x1 > x0) pen.fillRect(x0, top, x1 - x0, height);
  }
  pen.fillStyle = colours.hair;
  LANES.forEach((lane, i) => {
    if (!i || LANES[i - 1].group !== lane.group) pen.fillRect(0, lane.y - HEAD + 3, size.width, 1);
    if (lane.h > SLIVER) pen.fillRect(LEFT, lane.y + lane.h - 0.5, size.width - LEFT, 0.5);
  });
}

function paintSpans(pen, lane) {
  const dimmed = chosen !== NONE && lane.order !== chosen;
  const half = lane.h <= SLIVER ? 1.5 : Math.min(lane.h * 0.3, 10);
  for (const span of lane.spans) {
    if (span.what === "phase") continue;
    const x0 = Math.max(placeOf(span.first), LEFT - 8), x1 = Math.min(span.last ? placeOf(span.last) : xOf(span.to), size.width + 8);
    if (x1 < LEFT || x0 > size.width) continue;
    const dim = dimmed && !(span.what === "fault" && isWhy(span.first));
    pen.globalAlpha = (dim ? 0.45 : 1) * (span.what === "fault" ? 0.3 : 1);
    pen.fillStyle = colours[span.tone] || colours.life;
    bar(pen, x0, Math.max(x1, x0 + 1.5), middleOf(lane) - half, 2 * half, span.open);
  }
  pen.globalAlpha = 1;
}

// Marks that are dimmed come first; the lit ones are kept for later, above the road, and what an order went through
// stands above its lesser steps. What falls on the same pixel as a mark before it that looks the same is not drawn again:
// twenty thousand marks are then a few thousand.
function paintMarks(pen, lane, lit) {
  const dimming = chosen !== NONE || hits !== null;
  const last = new Map(), above = [];
  pen.globalAlpha = dimming ? 0.22 : 1;
  for (const event of near(lane, LEFT, size.width)) {
    if (dimming && isLit(event)) { lit.push(event); continue; }
    const look = event.glyph + event.tone, pixel = Math.round(placeOf(event) * 2);
    if (last.get(look) === pixel) continue;
    last.set(look, pixel);
    if (event.kind === "event") above.push(event); else paintMark(pen, event, lane, !dimming);
  }
  for (const event of above) paintMark(pen, event, lane, !dimming);
  pen.globalAlpha = 1;
}

function paintMark(pen, event, lane, labelled) {
  const x = placeOf(event), y = middleOf(lane), small = lane.h <= SLIVER;
  if (x < LEFT - 200 || x > size.width + 20) return;
  const index = lane.index.get(event);
  const before = lane.events[index - 1], after = lane.events[index + 1];
  const close = Math.min(after ? placeOf(after) - x : Infinity, before ? x - placeOf(before) : Infinity) > 7;
  mark(pen, colours, event.glyph, event.tone, x, y, small ? 2.2 : Math.min(lane.h / 2 - 3, 12), close && !small);
  if (!labelled || small || isTall(lane) || !event.label || event.label === "200" || isMute(event)) return;
  const [from, room] = roomBeside(event, lane, index, x);
  if (room < 26) return;
  pen.font = FONT;
  words(pen, event, fitted(pen, event.label, room - 14), from + 8, y + 0.5);
}

const isMute = (event) => event.kind === "step" && event.tone !== "doubt";

// The words of an event stand after the steps that follow it at once; beside a lit mark, only other lit marks need room.
function roomBeside(event, lane, index, x) {
  const dimming = chosen !== NONE || hits !== null;
  let from = x;
  for (let i = index + 1; i < lane.events.length; i++) {
    const next = lane.events[i], away = placeOf(next) - from;
    if (away > size.width) break;
    if (dimming && !isLit(next)) continue;
    const after = lane.events[i + 1];
    const speaks = !isMute(next) && !(next.kind === "step" && after && placeOf(after) - placeOf(next) < 26);
    if (event.kind !== "event" || speaks || away > 14) return [from, Math.min(away, size.width - from)];
    from += away;
  }
  return [from, size.width - from];
}

function words(pen, event, text, x, y) {
  const dimmed = pen.globalAlpha;
  pen.globalAlpha = dimmed * 0.9;
  pen.fillStyle = event.tone === "bad" ? colours.bad : colours.ink;
  pen.fillText(text, x, y);
  pen.globalAlpha = dimmed;
}

// Step by step the words stand aslant above their marks; where there are too many, those of lesser steps give way.
function paintWords(pen, lit) {
  const taken = new Map();
  pen.font = FONT;
  pen.lineWidth = 3;
  pen.strokeStyle = colours.page;
  for (const lesser of [false, true]) {
    for (const event of lit) {
      const lane = LANES[event.lane], x = placeOf(event);
      if (!isTall(lane) || !event.label || (event.kind === "step") !== lesser) continue;
      if (!taken.has(lane)) taken.set(lane, []);
      if (taken.get(lane).some((other) => Math.abs(other - x) < 15.5)) continue;
      taken.get(lane).push(x);
      const text = fitted(pen, event.label, (lane.h - 34) / Math.sin(Math.PI / 5));
      pen.save();
      pen.translate(x + 2, middleOf(lane) - 13);
      pen.rotate(-Math.PI / 5);
      pen.strokeText(text, 0, 0);
      words(pen, event, text, 0, 0);
      pen.restore();
    }
  }
}

// What has to wait stays in its lane; then it goes on at once.
function paintRoad(pen) {
  const points = ROADS[chosen].map((event) => [placeOf(event), middleOf(LANES[event.lane])]);
  pen.lineJoin = "round";
  for (const [tone, width, alpha] of [["page", 5, 0.75], ["road", 1.8, 0.9]]) {
    pen.strokeStyle = colours[tone];
    pen.lineWidth = width;
    pen.globalAlpha = alpha;
    pen.beginPath();
    pen.moveTo(...points[0]);
    points.slice(1).forEach(([x, y], i) => {
      const [x0, y0] = points[i], r = Math.min(6, (x - x0) / 2, Math.abs(y - y0) / 2);
      pen.lineTo(x - r, y0);
      pen.quadraticCurveTo(x, y0, x, y0 + Math.sign(y - y0) * r);
      pen.lineTo(x, y);
    });
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function paintViolations(pen, top, height) {
  pen.strokeStyle = colours.bad;
  pen.lineWidth = 1;
  pen.setLineDash([4, 3]);
  for (const event of VIOLATIONS) {
    const x = placeOf(event);
    path(pen, [x, top], [x, top + height]);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function paintActive(pen) {
  pen.strokeStyle = colours.road;
  pen.lineWidth = 2;
  disc(pen, placeOf(active), middleOf(LANES[active.lane]), 9);
  pen.stroke();
}

function paintNames(pen, shown) {
  pen.textAlign = "left";
  LANES.forEach((lane, i) => {
    if (i && LANES[i - 1].group === lane.group) return;
    pen.font = "600 " + FONT;
    pen.fillStyle = colours.quiet;
    pen.fillText(lane.group, 14, lane.y - HEAD / 2 + 3);
  });
  pen.font = FONT;
  shown.forEach((lane, i) => {
    const before = shown[i - 1];
    if (lane.h <= SLIVER || (before && before.h > SLIVER && before.group === lane.group && before.name === lane.name)) return;
    const y = middleOf(lane) + 0.5, name = lane.note && lane.name.length > 14 ? lane.name.slice(0, 8) : lane.name;
    pen.fillStyle = lane.order !== null && lane.order === chosen ? colours.road : colours.ink;
    const written = fitted(pen, name, LEFT - 34);
    pen.fillText(written, 24, y);
    const after = 24 + pen.measureText(written).width + 8;
    pen.fillStyle = colours.quiet;
    pen.fillText(fitted(pen, lane.note, LEFT - 8 - after), after, y);
  });
}

const fits = new Map();
function fitted(pen, text, room) {
  const key = text + "\n" + Math.round(room);
  let short = fits.get(key);
  if (short === undefined) {
    short = text;
    for (let cut = text.length - 1; pen.measureText(short).width > room; cut--) short = cut > 3 ? text.slice(0, cut).trimEnd() + "…" : "";
    if (fits.size > 5000) fits.clear();
    fits.set(key, short);
  }
  return short;
}

// ---- The axis --------------------------------------------------------------------------------------------------------

function paintAxis(pen, width, height) {
  pen.fillStyle = colours.page;
  pen.fillRect(0, 0, width, axis());
  pen.fillStyle = colours.hair;
  pen.fillRect(0, axis() - 1, width, 1);
  pen.font = FONT;
  if (steps) paintSteps(pen, width, height); else paintClock(pen, width, height);
  pen.textAlign = "left";
  pen.fillStyle = colours.quiet;
  pen.fillText("virtual time", 14, ROW / 2);
  if (steps) pen.fillText("time between", 14, ROW + 3);
  if (band) {
    pen.fillStyle = colours.up;
    pen.globalAlpha = 0.15;
    pen.fillRect(Math.min(band.x0, band.x1), 0, Math.abs(band.x1 - band.x0), height);
    pen.globalAlpha = 1;
  } else if (hovered && hovered.x > LEFT) {
    paintHovered(pen, width, height);
  }
}

function paintClock(pen, width, height) {
  const step = timeStep(view.to - view.from, width - LEFT);
  pen.textAlign = "center";
  for (let tick = Math.ceil(view.from / step) * step; tick <= view.to; tick += step) {
    const x = xOf(tick);
    if (x < LEFT + 16 || tick < -step / 2) continue;
    pen.fillStyle = colours.quiet;
    pen.fillText(seconds(Math.abs(tick), step) + " s", Math.min(x, width - 20), ROW / 2);
    rule(pen, x, height);
  }
}

// Each instant of the road is a tick; what stands between two of them is the time that passed.
function paintSteps(pen, width, height) {
  const instants = instantsOf(ROADS[chosen]);
  let free = LEFT, freeBetween = LEFT;
  instants.forEach(({ at, events }, i) => {
    const x = xOf(at), next = instants[i + 1];
    if (x < LEFT - 1 || x > width) return;
    rule(pen, x, height);
    const text = seconds(at, 0.001) + " s", room = pen.measureText(text).width;
    pen.textAlign = "left";
    if (x + 4 >= free && x + room + 8 < width) {
      pen.fillStyle = colours.ink;
      pen.fillText(text, x + 4, ROW / 2);
      free = x + 4 + room + 10;
    }
    if (!next) return;
    const wait = lasting(next.at - at), half = pen.measureText(wait).width / 2;
    const middle = (xAtU(events[events.length - 1].u) + xOf(next.at)) / 2;
    if (middle - half < freeBetween) return;
    pen.fillStyle = colours.quiet;
    pen.fillText(wait, middle - half, ROW + 3);
    freeBetween = middle + half + 7;
  });
}

function rule(pen, x, height) {
  pen.globalAlpha = 0.7;
  pen.fillStyle = colours.hair;
  pen.fillRect(x, axis(), 1, height);
  pen.globalAlpha = 1;
}

function paintHovered(pen, width, height) {
  const text = seconds(Math.max(atOf(hovered.x), 0), steps ? 0.001 : 1 / scaled()) + " s";
  const room = pen.measureText(text).width + 12;
  const x = Math.min(Math.max(hovered.x, LEFT + room / 2), width - room / 2);
  pen.fillStyle = colours.quiet;
  pen.fillRect(hovered.x, axis(), 0.7, height);
  pen.fillStyle = colours.ink;
  bar(pen, x - room / 2, x + room / 2, 4, ROW - 8, false);
  pen.fillStyle = colours.page;
  pen.textAlign = "center";
  pen.fillText(text, x, ROW / 2);
}

// ---- The overview: the whole run by the clock, frames up above the line and frames down below it ---------------------

const overviewX = (at) => LEFT + ((at - CLOCK.from) / (CLOCK.to - CLOCK.from)) * (size.width - LEFT);
const overviewAt = (x) => CLOCK.from + ((x - LEFT) / (size.width - LEFT)) * (CLOCK.to - CLOCK.from);

let counted = { width: 0 };
function countFrames() {
  if (counted.width === size.width) return counted;
  counted = { width: size.width, up: new Map(), down: new Map(), most: 1 };
  for (const { glyph, at } of EVENTS) {
    if (glyph !== "up" && glyph !== "down") continue;
    const x = Math.round(overviewX(at) / 2) * 2, count = (counted[glyph].get(x) || 0) + 1;
    counted[glyph].set(x, count);
    counted.most = Math.max(counted.most, count);
  }
  return counted;
}

function paintOverview() {
  const { width } = size, middle = OVERVIEW / 2 - 2;
  const pen = penOf($("overview"), width, OVERVIEW);
  pen.font = FONT;
  pen.textBaseline = "middle";
  for (const phase of PHASES) {
    pen.fillStyle = colours[phase.tone] || colours.page;
    pen.fillRect(overviewX(phase.from), 0, overviewX(phase.to) - overviewX(phase.from), OVERVIEW);
  }
  const frames = countFrames();
  for (const [way, sign] of [["up", -1], ["down", 1]]) {
    pen.fillStyle = colours[way];
    for (const [x, count] of frames[way]) {
      const h = Math.max(1.5, Math.sqrt(count / frames.most) * (middle - 7));
      pen.fillRect(x - 0.8, sign < 0 ? middle - h : middle, 1.6, h);
    }
  }
  pen.fillStyle = colours.fault;
  for (const lane of LANES) {
    if (lane.group !== "faults") continue;
    pen.globalAlpha = 0.35;
    for (const span of lane.spans) pen.fillRect(overviewX(span.from), OVERVIEW - 6, Math.max(1, overviewX(span.to) - overviewX(span.from)), 5);
    pen.globalAlpha = 1;
    for (const event of lane.events) pen.fillRect(overviewX(event.at) - 0.8, OVERVIEW - 7, 1.6, 7);
  }
  if (chosen !== NONE) {
    pen.fillStyle = colours.road;
    for (const event of ROADS[chosen]) pen.fillRect(overviewX(event.at) - 1, 0, 2, 6);
  }
  pen.fillStyle = colours.bad;
  for (const event of VIOLATIONS) pen.fillRect(overviewX(event.at) - 1, 0, 2, OVERVIEW);
  paintWindow(pen, width);
  pen.fillStyle = colours.up;
  pen.fillText("frames up", 14, middle - 9);
  pen.fillStyle = colours.down;
  pen.fillText("frames down", 14, middle + 9);
}

function paintWindow(pen, width) {
  const x0 = Math.max(overviewX(timeOf(view.from)), LEFT), x1 = Math.min(overviewX(timeOf(view.to)), width);
  pen.fillStyle = colours.page;
  pen.globalAlpha = 0.6;
  pen.fillRect(LEFT, 0, x0 - LEFT, OVERVIEW);
  pen.fillRect(x1, 0, width - x1, OVERVIEW);
  pen.globalAlpha = 1;
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1;
  pen.strokeRect(x0 + 0.5, 0.5, Math.max(2, x1 - x0 - 1), OVERVIEW - 1);
}
