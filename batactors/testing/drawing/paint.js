"use strict";
// How things look on the canvas: colours, the shapes of marks, ticks of time. Nothing here knows what is shown where.

// The colours are those of trace.css, so that light and dark are told apart in one place.
const TONES = ["ink", "quiet", "hair", "page", "stripe", "up", "down", "good", "bad", "fault", "doubt", "journal",
  "asked", "working", "unsure", "life", "socket", "storm", "calm", "road"];
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colours = {};
  for (const tone of TONES) colours[tone] = style.getPropertyValue("--" + tone).trim();
  return colours;
}

function path(pen, ...points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
}

// Each shape is drawn around (x, y), `r` high and low at most. Close up, frames get their arrow heads.
const SHAPES = {
  tick(pen, x, y, r) { pen.fillRect(x - 0.75, y - r * 0.7, 1.5, r * 1.4); },
  edge(pen, x, y, r) { pen.fillRect(x - 0.6, y - r, 1.2, 2 * r); },
  up(pen, x, y, r, close) {
    pen.fillRect(x - 0.6, y - r, 1.2, r);
    if (close) { path(pen, [x, y - r - 1], [x + 3.2, y - r + 4.5], [x - 3.2, y - r + 4.5]); pen.fill(); }
  },
  down(pen, x, y, r, close) {
    pen.fillRect(x - 0.6, y, 1.2, r);
    if (close) { path(pen, [x, y + r + 1], [x + 3.2, y + r - 4.5], [x - 3.2, y + r - 4.5]); pen.fill(); }
  },
  dot(pen, x, y, r) { disc(pen, x, y, Math.min(r, 4.6)); pen.fill(); },
  ring(pen, x, y, r, close, page) {
    disc(pen, x, y, Math.min(r, 4.6) - 0.8);
    const tone = pen.fillStyle;
    pen.fillStyle = page; pen.fill(); pen.fillStyle = tone;
    pen.lineWidth = 1.6; pen.stroke();
  },
  diamond(pen, x, y, r) {
    const s = Math.min(r, 4.2);
    path(pen, [x, y - s], [x + s, y], [x, y + s], [x - s, y]); pen.fill();
  },
  square(pen, x, y, r) { const s = Math.min(r, 3.4); pen.fillRect(x - s, y - s, 2 * s, 2 * s); },
  stop(pen, x, y, r) { pen.fillRect(x - 2, y - Math.min(r, 7), 4, 2 * Math.min(r, 7)); },
  cross(pen, x, y, r) {
    const s = Math.min(r, 5);
    pen.lineWidth = 2.4;
    path(pen, [x - s, y - s], [x + s, y + s]); pen.stroke();
    path(pen, [x - s, y + s], [x + s, y - s]); pen.stroke();
  },
  chevron(pen, x, y, r) {
    const s = Math.min(r, 4.5);
    pen.lineWidth = 1.8;
    path(pen, [x - s / 2, y - s], [x + s / 2, y], [x - s / 2, y + s]); pen.stroke();
  },
  bolt(pen, x, y, r) {
    const s = Math.min(r, 7) / 7;
    path(pen, [x + 2 * s, y - 7 * s], [x - 3.6 * s, y + 1.2 * s], [x - 0.4 * s, y + 1.2 * s],
      [x - 2 * s, y + 7 * s], [x + 3.6 * s, y - 1.6 * s], [x + 0.4 * s, y - 1.6 * s]);
    pen.fill();
  },
  flag(pen, x, y, r) {
    const s = Math.min(r, 9);
    pen.fillRect(x - 0.8, y - s, 1.6, 2 * s);
    path(pen, [x, y - s], [x + s * 0.95, y - s / 2], [x, y]); pen.fill();
  },
};

function disc(pen, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, Math.max(r, 0.5), 0, 2 * Math.PI);
}

function mark(pen, colours, glyph, tone, x, y, r, close) {
  pen.fillStyle = pen.strokeStyle = colours[tone] || colours.ink;
  (SHAPES[glyph] || SHAPES.tick)(pen, x, y, r, close, colours.page);
}

// A bar that is still open at the end of the run has no right edge.
function bar(pen, x0, x1, y, h, open) {
  const r = Math.min(3, (x1 - x0) / 2, h / 2);
  pen.beginPath();
  pen.roundRect(x0, y, Math.max(x1 - x0, 1), h, open ? [r, 0, 0, r] : r);
  pen.fill();
}

// A canvas as sharp as the screen; returns its pen, in units of CSS pixels, wiped clean.
function penOf(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// Round steps of time, far enough apart to write beside each other.
function timeStep(span, room) {
  const least = span / Math.max(room / 84, 1);
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least);
}

function seconds(at, step) {
  const digits = step === undefined ? 6 : Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 6);
  return at.toFixed(digits);
}

// A length of time, in the unit that fits it.
function lasting(span) {
  if (span >= 100) return span.toFixed(0) + " s";
  if (span >= 1) return span.toFixed(span >= 10 ? 1 : 2) + " s";
  if (span >= 0.001) return (span * 1000).toFixed(span >= 0.1 ? 0 : 1) + " ms";
  return span > 0 ? (span * 1e6).toFixed(0) + " µs" : "0";
}
