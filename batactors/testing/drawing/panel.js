// The panel beside the lanes: all orders, or the road of one, line by line; and the words about one event.

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

const NOTES = new Map(LANES.filter((lane) => lane.order !== null).map((lane) => [lane.order, lane.note]));

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
    const button = press("", id, () => choose(order, { stepwise: true }));
    button.classList.add("order");
    const note = NOTES.get(order), name = make("span", "", note || id);
    if (note) name.append(make("span", "id", id));
    button.append(make("span", "when", seconds(ROADS[order][0].at, 0.001)), name,
      make("span", end ? `state tone-${end.tone}` : "state", end ? end.label : ""));
    wrap(list, button);
  });
  const about = make("dl");
  listSummary(about, DATA.summary);
  side.append(list, about);
}

function listSummary(list, pairs) {
  for (const [name, value] of pairs) {
    const pair = make("div");
    pair.title = value;
    pair.append(make("dt", "", name), make("dd", "", value));
    list.append(pair);
  }
}

function showRoad(side, head) {
  const road = ROADS[chosen], all = DATA.orders.length;
  const stepwise = press("Step by step", "One step for each event, waits squeezed; or by the clock (s)", () => choose(chosen, { stepwise: !steps }));
  stepwise.setAttribute("aria-pressed", String(steps !== null));
  head.append(make("h2", "", DATA.orders[chosen]), press("×", "All orders (Escape)", () => choose(NONE)));
  const tools = make("div", "head tools");
  tools.append(press("‹", "The order before (,)", () => choose((chosen + all - 1) % all)),
    press("›", "The next order (.)", () => choose((chosen + 1) % all)),
    stepwise,
    press("Fit", "The whole of its road (z)", () => glideTo(...roadView(chosen))));
  side.append(tools);
  const from = road[0].at, to = road[road.length - 1].at;
  side.append(make("p", "about", `${NOTES.get(chosen) || "An order"}: ${road.length} events in ${lasting(to - from)}, from ${seconds(from, 0.001)} s to ${seconds(to, 0.001)} s`));
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
