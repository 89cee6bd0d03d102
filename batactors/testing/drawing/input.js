// What the hand does: pointer, wheel, keys and the buttons above the picture; and the first drawing.

const scroll = $("scroll"), lanes = $("lanes"), overview = $("overview"), tip = $("tip");

function laneAt(y) {
  const inside = y + scroll.scrollTop;
  return y < axis() ? undefined : LANES.find((lane) => inside >= lane.y && inside < lane.y + lane.h);
}

// The marks under the pointer, the nearest first.
function marksAt(x, y) {
  const lane = laneAt(y);
  if (!lane || x < LEFT) return [];
  const found = [];
  for (const event of near(lane, x - 8, x + 8)) {
    const away = Math.abs(placeOf(event) - x);
    if (away <= 7) found.push([away + (chosen !== NONE && !isLit(event) ? 5 : 0), event]);
  }
  return found.sort((one, other) => one[0] - other[0]).map(([, event]) => event);
}

function showTip(x, y, pageX, pageY) {
  const marks = marksAt(x, y), lane = laneAt(y);
  tip.replaceChildren();
  if (marks.length) {
    describe(tip, marks[0]);
    if (marks[0].about.length) tip.append(make("p", "more", marks[0].about.map((order) => DATA.orders[order]).join(", ")));
    if (marks.length > 1) tip.append(make("p", "more", `and ${marks.length - 1} more here`));
  } else if (lane && x >= LEFT) {
    const at = atOf(x), span = lane.spans.find((other) => other.from <= at && at <= other.to);
    if (span) tip.append(make("p", "", `${lane.name}: ${span.what === "order" ? span.tone : span.label || span.what}`),
      make("p", "more", `${seconds(span.from, 0.001)} s to ${seconds(span.to, 0.001)} s, ${lasting(span.to - span.from)}${span.open ? ", still so at the end" : ""}`));
  } else if (lane) {
    tip.append(make("p", "", `${lane.name} ${lane.note}`));
  }
  tip.hidden = !tip.childElementCount;
  lanes.style.cursor = marks.length || (lane && lane.order !== null) ? "pointer" : y < axis() ? "col-resize" : "grab";
  if (tip.hidden) return;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(pageX + 14, innerWidth - box.width - 8)) + "px";
  tip.style.top = (pageY + 18 + box.height > innerHeight ? Math.max(4, pageY - box.height - 12) : pageY + 18) + "px";
}

// A drag over the lanes moves them; over the axis it marks out a stretch to zoom to. A press that does not move is a click.
let held = null;
lanes.addEventListener("pointerdown", (press) => {
  if (press.button !== 0) return;
  cancelAnimationFrame(glide);
  lanes.setPointerCapture(press.pointerId);
  held = { x: press.offsetX, y: press.offsetY, from: view.from, to: view.to, top: scroll.scrollTop, moved: false };
  if (press.offsetY < axis() && press.offsetX > LEFT) band = { x0: press.offsetX, x1: press.offsetX };
});
lanes.addEventListener("pointermove", (move) => {
  const x = move.offsetX, y = move.offsetY;
  hovered = { x, y };
  if (held && Math.hypot(x - held.x, y - held.y) > 4) held.moved = true;
  if (band) {
    band.x1 = Math.max(x, LEFT);
  } else if (held && held.moved) {
    tip.hidden = true;
    lanes.style.cursor = "grabbing";
    scroll.scrollTop = held.top - (y - held.y);
    const shift = (held.x - x) / scaled();
    look(held.from + shift, held.to + shift);
  } else {
    showTip(x, y, move.clientX, move.clientY);
  }
  redraw();
});
lanes.addEventListener("pointerup", (up) => {
  if (band && Math.abs(band.x1 - band.x0) > 4) glideTo(uAt(Math.min(band.x0, band.x1)), uAt(Math.max(band.x0, band.x1)));
  else if (held && !held.moved) click(up.offsetX, up.offsetY);
  held = band = null;
  redraw();
});
lanes.addEventListener("pointercancel", () => { held = band = null; redraw(); });
lanes.addEventListener("pointerleave", () => { hovered = null; tip.hidden = true; redraw(); });
lanes.addEventListener("dblclick", (twice) => { if (twice.offsetX > LEFT) zoom(0.4, uAt(twice.offsetX)); });

function click(x, y) {
  const [event] = marksAt(x, y), lane = laneAt(y);
  if (event) {
    if (event.about.length && !event.about.includes(chosen)) choose(event.about[0]);
    point(event);
  } else if (lane && lane.order !== null) {
    choose(lane.order);
  }
}

lanes.addEventListener("wheel", (turn) => {
  if (turn.offsetX < LEFT && !turn.ctrlKey) return;
  turn.preventDefault();
  const scale = turn.deltaMode === 1 ? 16 : 1;
  const aside = turn.shiftKey ? turn.deltaY || turn.deltaX : turn.deltaX;
  if (turn.shiftKey || Math.abs(turn.deltaX) > Math.abs(turn.deltaY)) pan((aside * scale) / (size.width - LEFT));
  else zoom(Math.exp(turn.deltaY * scale * 0.0016), uAt(Math.max(turn.offsetX, LEFT)));
}, { passive: false });

// In the overview, a press inside the window moves it; outside, a drag draws a new one.
let pulled = null;
overview.addEventListener("pointerdown", (press) => {
  overview.setPointerCapture(press.pointerId);
  const at = overviewAt(press.offsetX);
  const from = timeOf(view.from), to = timeOf(view.to), small = to - from < (CLOCK.to - CLOCK.from) * 0.98;
  pulled = { at, shift: small && at > from && at < to ? uOf(at) - view.from : null };
});
overview.addEventListener("pointermove", (move) => {
  if (!pulled) return;
  const at = overviewAt(move.offsetX), span = view.to - view.from;
  if (pulled.shift !== null) look(uOf(at) - pulled.shift, uOf(at) - pulled.shift + span);
  else if (Math.abs(at - pulled.at) > (CLOCK.to - CLOCK.from) / 400) look(uOf(Math.min(at, pulled.at)), uOf(Math.max(at, pulled.at)));
});
overview.addEventListener("pointerup", () => { pulled = null; });
overview.addEventListener("dblclick", () => glideTo(whole.from, whole.to));

const KEYS = {
  ArrowLeft: () => pan(-0.15),
  ArrowRight: () => pan(0.15),
  ArrowUp: () => { scroll.scrollTop -= 60; },
  ArrowDown: () => { scroll.scrollTop += 60; },
  "+": () => zoom(0.7, (view.from + view.to) / 2),
  "=": () => zoom(0.7, (view.from + view.to) / 2),
  "-": () => zoom(1 / 0.7, (view.from + view.to) / 2),
  0: () => glideTo(whole.from, whole.to),
  z: () => { if (chosen !== NONE) glideTo(...roadView(chosen)); },
  s: () => { if (chosen !== NONE) choose(chosen, { stepwise: !steps }); },
  ",": () => { if (chosen !== NONE) choose((chosen + DATA.orders.length - 1) % DATA.orders.length); },
  ".": () => { if (chosen !== NONE) choose((chosen + 1) % DATA.orders.length); },
  f: () => $("fold").click(),
  n: () => go(1),
  p: () => go(-1),
  "/": () => $("search").focus(),
  "?": () => $("help").click(),
  Escape: () => { if (!$("legend").hidden) $("help").click(); else if (active) point(null); else choose(NONE); },
};
document.addEventListener("keydown", (key) => {
  const typing = key.target === $("search"), onButton = key.target.tagName === "BUTTON";
  if (key.ctrlKey || key.metaKey || key.altKey) return;
  if (typing) {
    if (key.key === "Enter") go(key.shiftKey ? -1 : 1);
    if (key.key === "Escape") { $("search").value = ""; search(""); scroll.focus(); }
    return;
  }
  if (key.key === "Enter" && !onButton && active && active.about.length) choose(active.about[0]);
  if (!KEYS[key.key]) return;
  key.preventDefault();
  KEYS[key.key]();
});

$("search").addEventListener("input", (typed) => search(typed.target.value));
$("whole").addEventListener("click", () => glideTo(whole.from, whole.to));
$("fold").addEventListener("click", () => {
  folding = !folding;
  $("fold").setAttribute("aria-pressed", String(folding));
  layOut();
  redraw();
});
$("help").addEventListener("click", () => {
  $("legend").hidden = !$("legend").hidden;
  $("help").setAttribute("aria-expanded", String(!$("legend").hidden));
  if (!$("legend").hidden) showLegend();
});

const HANDS = [["wheel", "zoom"], ["drag", "move; over the axis: zoom to a stretch"], ["click", "choose the order"],
  ["← → ↑ ↓", "move"], ["+ −", "zoom"], ["0", "the whole run"], ["n p", "next, previous event"], [", .", "previous, next order"],
  ["s", "step by step, or by the clock"], ["z", "fit the order's road"], ["f", "fold other lanes"], ["/", "search"], ["Esc", "back"]];
function showLegend() {
  $("legend").replaceChildren();
  const marks = make("section"), hands = make("section");
  for (const [glyph, tone, meaning] of DATA.legend) {
    const row = make("div"), sample = make("canvas");
    mark(penOf(sample, 22, 20), colours, glyph, tone, 11, 10, 8, true);
    row.append(sample, make("span", "", meaning));
    marks.append(row);
  }
  for (const [hand, meaning] of HANDS) {
    const row = make("div");
    row.append(make("kbd", "", hand), make("span", "", meaning));
    hands.append(row);
  }
  $("legend").append(marks, hands);
}

scroll.addEventListener("scroll", redraw);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colours = readColours(); redraw(); });
new ResizeObserver(() => {
  size = { width: scroll.clientWidth, height: scroll.clientHeight };
  layOut();
  redraw();
}).observe(scroll);

const SHORT = 60; // characters: longer ones stand in the panel only, and the shortest first beside the title
function begin() {
  $("title").textContent = DATA.title;
  const brief = DATA.summary.filter(([, value]) => value.length <= SHORT);
  listSummary($("summary"), brief.sort(([, one], [, other]) => one.length - other.length));
  size = { width: scroll.clientWidth, height: scroll.clientHeight };
  const address = new URLSearchParams(location.hash.slice(1));
  const order = DATA.orders.indexOf(address.get("order") ?? DATA.chosen);
  const clock = address.get("by") === "clock" || address.has("from");
  choose(order, { stepwise: !clock });
  if (clock && order !== NONE) look(...roadView(order));
  if (address.has("from") && address.has("to")) look(Number(address.get("from")), Number(address.get("to")));
}
begin();
