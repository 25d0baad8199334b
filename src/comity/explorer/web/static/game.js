// The game: what is set goes into the address; a coarse answer comes first, then the full one. An answer that is no
// longer wanted is given up, here and on the server.
import { show } from "./charts.js";

const bench = document.getElementById("game");
const form = bench.querySelector("form");
const status = document.getElementById("status");
const rows = [...form.querySelectorAll(".slider")];
const base = `/game/${bench.dataset.theatre}`;
const part = (row) => ({ range: row.querySelector("input[type=range]"), number: row.querySelector("input[type=number]") });
let asking = new AbortController();
let timer = 0;

function asked() {
  const query = new URLSearchParams();
  for (const row of rows) {
    const { number } = part(row);
    if (number.value !== "" && Number(number.value) !== Number(Number(row.dataset.default).toPrecision(6))) query.append("set", `${row.dataset.key}:${number.value}`);
  }
  for (const box of form.querySelectorAll("[name=forbid]:checked")) query.append("forbid", box.value);
  if (form.truth.value !== "defensive") query.set("truth", form.truth.value);
  if (form.horizon.value !== form.horizon.dataset.default) query.set("horizon", form.horizon.value);
  return query;
}

// For print, where the sliders are left out.
function changed(query) {
  const list = (name) => query.getAll(name).join(", ") || "nothing";
  return `Changed: ${list("set")}. Forbidden: ${list("forbid")}. The entente: ${form.truth.value}. Horizon: ${form.horizon.value} years.`;
}

const address = (path, query) => (String(query) ? `${path}?${query}` : path);

async function fetched(path, signal) {
  const answer = await fetch(path, { signal, headers: { accept: "application/json" } });
  const content = await answer.json();
  if (answer.ok) return content;
  const { message, remedy, faults } = content.error;
  throw new Error([message, ...faults.filter((fault) => !message.includes(fault)), remedy].join(" "));
}

// Whole percents, as on the page of an assessment: only what is certain is 0% or 100%.
const percent = (value) => {
  const whole = Math.round(100 * value);
  if (whole === 0 && value > 1e-9) return "<1%";
  return whole === 100 && value < 1 - 1e-9 ? ">99%" : `${whole}%`;
};

function table(regimes, type) {
  const whole = document.getElementById("regimes");
  const horizons = [...new Set(regimes.map((row) => row.horizon))];
  const cells = (tag, texts) => texts.map((text, i) => {
    const cell = document.createElement(i === 0 ? "th" : tag);
    if (cell.tagName === "TH") cell.scope = tag === "th" ? "col" : "row";
    cell.textContent = text;
    cell.className = i === 0 ? "" : "number";
    return cell;
  });
  const head = document.createElement("tr");
  head.append(...cells("th", ["Regime", ...horizons.flatMap((h) => [`${h} years, ${type}`, "observers", "noise"])]));
  whole.tHead.replaceChildren(head);
  whole.tBodies[0].replaceChildren(...[...new Set(regimes.map((row) => row.regime))].map((name) => {
    const line = document.createElement("tr");
    const values = horizons.map((h) => regimes.find((row) => row.regime === name && row.horizon === h));
    line.append(...cells("td", [name, ...values.flatMap((row) => [percent(row.game), percent(row.observers), percent(row.noise)])]));
    return line;
  }));
}

async function tell({ answer, horizon, truth }) {
  table(answer.regimes, truth);
  const score = document.getElementById("score");
  score.lastElementChild.textContent = answer.score;
  score.hidden = false;
  document.getElementById("assumes").textContent = answer.assumes;
  document.getElementById("standing").replaceChildren(...answer.standing.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const last = answer.regimes.filter((row) => row.horizon === horizon);
  const likeliest = last.reduce((best, row) => (row.game > best.game ? row : best));
  const sketch = answer.grid === "coarse" ? "A first sketch, on a coarser grid: in" : "In";
  status.textContent = `${sketch} this game, after ${horizon} years, ${likeliest.regime} is likeliest under the type assumed (${truth}), ${percent(likeliest.game)} (observers' prediction ${percent(likeliest.observers)}, noise alone ${percent(likeliest.noise)}). The game has ${answer.points.toLocaleString("en")} states and was solved ${answer.how}; residual by an independent check ${answer.residual.toExponential(0)}.`;
  await Promise.all(["regimes", "choices"].map((name) => show(document.getElementById(`chart-${name}`), answer.charts[name])));
}

async function run() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const query = asked();
  history.replaceState(null, "", address(base, query));
  for (const link of document.querySelectorAll(`a[href^="${base}.json"], link[rel=alternate]`)) link.href = address(`${base}.json`, query);
  document.getElementById("changed").textContent = changed(query);
  stale();
  bench.setAttribute("aria-busy", "true");
  status.classList.remove("warning");
  try {
    for (const grid of ["coarse", "full"]) {
      const of = new URLSearchParams(query);
      of.set("grid", grid);
      if (grid === "coarse") status.textContent = "Solving ...";
      const content = await fetched(address(`${base}.json`, of), signal);
      if (signal.aborted) return;
      await tell(content);
      if (grid === "coarse") status.textContent += " The full game is being solved.";
    }
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = error.message;
    status.classList.add("warning");
  }
  if (!signal.aborted) bench.setAttribute("aria-busy", "false");
}

const soon = (wait) => { asking.abort(); clearTimeout(timer); timer = setTimeout(run, wait); };

// What takes longer comes when it is asked for, and goes when something is changed.
const loading = new Map();
function stale() {
  for (const stop of loading.values()) stop.abort();
  loading.clear();
  for (const place of bench.querySelectorAll(".loaded")) place.replaceChildren();
  for (const name of ["tipping", "phase"]) document.getElementById(`chart-${name}`).hidden = true;
  for (const button of bench.querySelectorAll("[data-load]")) button.ariaDisabled = "false";
}

function readings(content, place) {
  place.replaceChildren(...content.readings.map(({ name, shown, null: noise, sentence }) => {
    const line = document.createElement("p");
    line.append(Object.assign(document.createElement("strong"), { textContent: `${name}: ${shown}` }), noise === null ? "" : ` (noise alone ${(Math.round(100 * noise) / 100 + 0).toFixed(2)})`, `. ${sentence}`);
    return line;
  }));
}

async function load(button) {
  if (button.ariaDisabled === "true") return;
  const kind = button.dataset.load;
  const place = document.getElementById(kind);
  const stop = new AbortController();
  loading.set(kind, stop);
  button.ariaDisabled = "true"; // not disabled outright, which would take the keyboard's focus away
  place.textContent = "Being solved ...";
  place.classList.remove("warning");
  const query = asked();
  if (kind === "phase") for (const name of ["first", "second"]) query.set(name, document.getElementById(name).value);
  try {
    const content = await fetched(address(`${base}/${kind}.json`, query), stop.signal);
    if (kind === "readings") { readings(content, place); } else {
      place.textContent = content.sentence ?? (content.failed ? `${content.failed} of the games could not be solved.` : "");
      const chart = document.getElementById(`chart-${kind}`);
      chart.hidden = false;
      await show(chart, content.chart);
    }
  } catch (error) {
    if (stop.signal.aborted) return;
    place.textContent = error.message;
    place.classList.add("warning");
  }
  button.ariaDisabled = "false";
}

for (const row of rows) {
  const { range, number } = part(row);
  range.addEventListener("input", () => { number.value = Number(Number(range.value).toPrecision(3)); soon(30); });
  number.addEventListener("input", () => { range.value = number.value; if (number.value !== "") soon(400); });
}
form.addEventListener("change", (event) => { if (event.target.matches("[name=forbid], [name=truth], [name=horizon]")) soon(0); });
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("reset").addEventListener("click", () => {
  for (const row of rows) {
    const { range, number } = part(row);
    number.value = Number(Number(row.dataset.default).toPrecision(6));
    range.value = number.value;
  }
  for (const box of form.querySelectorAll("[name=forbid]")) box.checked = false;
  form.truth.value = "defensive";
  form.horizon.value = form.horizon.dataset.default;
  soon(0);
});
document.getElementById("share").addEventListener("click", async ({ target }) => {
  try { await navigator.clipboard.writeText(location.href); target.textContent = "Copied"; } catch { target.textContent = "The address bar has it"; }
  setTimeout(() => { target.textContent = "Copy the address"; }, 2000);
});
document.getElementById("find").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  for (const group of form.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".slider:not([hidden])");
    if (words.length) group.open = true;
  }
});
for (const button of bench.querySelectorAll("[data-load]")) button.addEventListener("click", () => load(button));
if (innerWidth < 900) for (const group of form.querySelectorAll(".group")) group.open = false;
run();
