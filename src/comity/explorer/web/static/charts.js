// Drawing: a chart's specification stands in the page as JSON, or comes from the server. Vega reads its expressions
// with an interpreter, because the page forbids code made from text.
const drawn = new Map(); // chart's element -> { specification, view }
const DARK = {
  background: "transparent",
  title: { color: "#e8eaed", subtitleColor: "#a9b1ba" },
  axis: { labelColor: "#c5ccd3", titleColor: "#c5ccd3", domainColor: "#5c6670", tickColor: "#5c6670", gridColor: "#2a3138" },
  legend: { labelColor: "#c5ccd3", titleColor: "#c5ccd3" },
  header: { labelColor: "#c5ccd3", titleColor: "#c5ccd3" },
  style: { "guide-label": { fill: "#c5ccd3" }, "guide-title": { fill: "#c5ccd3" } },
  text: { color: "#d7dce1" },
  point: { stroke: "#a9b1ba", strokeWidth: 0.8 },
};
// Colours that marks bear themselves and that would vanish on a dark ground.
const TURNED = { "#E3E6EA": "#38424c", "#EEEEEE": "#2a3138", "#C8C8C8": "#59636d", "#222222": "#e8eaed", "#555555": "#a9b1ba", "#666666": "#a9b1ba", "#777777": "#a9b1ba", "#000000": "#e8eaed", black: "#e8eaed" };

function merged(one, other) {
  const result = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const nested = value && typeof value === "object" && !Array.isArray(value);
    result[key] = nested ? merged(result[key] ?? {}, value) : value;
  }
  return result;
}

function turned(part, key = "") {
  if (Array.isArray(part)) return part.map((item) => turned(item, key));
  if (part && typeof part === "object") {
    if ("condition" in part) return part; // chosen against the cell that it stands on
    if ("datasets" in part) {
      const { datasets, ...rest } = part;
      return { ...turned(rest), datasets };
    }
    const mark = part.type === "text";
    return Object.fromEntries(Object.entries(part).map(([name, value]) =>
      [name, mark && name === "stroke" && value === "white" ? "#15191e" : turned(value, name)]));
  }
  return /colou?r$/i.test(key) || key === "fill" || key === "stroke" || key === "value" || key === "range" ? TURNED[part] ?? part : part;
}

// Make every view of a chart narrower by what it is too wide, but not so narrow that nothing can be read; where that is
// not enough, small multiples go into fewer columns.
function narrowed(part, off, space, wrap, least) {
  const result = { ...part };
  if (typeof result.width === "number") {
    result.width = Math.max(least, result.width - off);
    if (result.mark?.type === "geoshape") result.height *= result.width / part.width;
  }
  for (const name of ["vconcat", "layer"]) if (result[name]) result[name] = result[name].map((item) => narrowed(item, off, space, wrap, least));
  if (!result.spec || !result.facet) return result;
  const cells = typeof result.spec.width === "object"; // a heat map's cells keep their size
  const width = cells ? 150 : result.spec.width ?? 200;
  if (!wrap) {
    if (!cells) result.spec = { ...result.spec, width: Math.max(150, width - off / (result.columns ?? 2)) };
  } else if (!result.facet.row) {
    if (result.facet.column) result.facet = result.facet.column;
    result.columns = Math.max(1, Math.floor((space - 60) / (width + 30)));
    if (result.columns === 1 && !cells) result.spec = { ...result.spec, width: Math.min(width, space - 90) };
  }
  return result;
}

function options(name) {
  return {
    ast: true,
    renderer: "svg",
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true, theme: document.documentElement.dataset.theme },
    actions: { export: true, source: false, compiled: false, editor: false },
    downloadFileName: name,
  };
}

const excess = (target) => Math.ceil((target.querySelector("svg.marks")?.getBoundingClientRect().width ?? 0) - target.clientWidth);

async function draw(target, specification) {
  const dark = document.documentElement.dataset.theme === "dark";
  const wanted = dark ? turned(merged(specification, { config: DARK })) : specification;
  const name = target.id.replace(/^chart-/, "comity-");
  drawn.get(target)?.view?.finalize();
  drawn.set(target, { specification, view: null });
  try {
    let result = await vegaEmbed(target, wanted, options(name));
    const space = target.clientWidth;
    let off = 0;
    for (const wrap of [false, true]) {
      const more = excess(target);
      if (more <= 4 || space === 0) break;
      off += more + 4;
      result.view.finalize();
      const narrow = narrowed(wanted, off, space, wrap, Number(target.dataset.least ?? 230));
      const below = { config: { legend: { orient: "bottom", direction: "vertical" } } };
      result = await vegaEmbed(target, wrap ? merged(narrow, below) : narrow, options(name));
    }
    drawn.set(target, { specification, view: result.view });
    labelled(target);
  } catch (error) {
    target.textContent = `This chart could not be drawn: ${error.message}`;
  }
}

// Draw a chart; where nothing but its rows differs from the one that is there, give it those, which is far quicker.
const apart = ({ datasets, ...rest }) => JSON.stringify([rest, Object.keys(datasets ?? {})]);
export async function show(target, specification) {
  const { specification: former, view } = drawn.get(target) ?? {};
  if (!view || apart(former) !== apart(specification)) return draw(target, specification);
  drawn.set(target, { specification, view });
  for (const [name, rows] of Object.entries(specification.datasets)) view.data(name, rows);
  await view.resize().runAsync(); // a heat map may have more cells now
  if (excess(target) > 4) await draw(target, specification);
}

// The picture bears the figure's name; the ways to save it stand in a menu.
function labelled(target) {
  const name = target.getAttribute("aria-label") ?? "Chart";
  target.querySelector("svg.marks")?.setAttribute("aria-label", name);
  const actions = target.querySelector(".vega-actions");
  if (!actions) return;
  const menu = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Save";
  summary.setAttribute("aria-label", `Save the chart: ${name}`);
  actions.replaceWith(menu);
  menu.append(summary, actions);
}

export function drawAll(root = document) {
  for (const scroll of root.querySelectorAll(".scroll, .sources.long")) scroll.tabIndex = 0; // for the arrow keys
  for (const script of root.querySelectorAll("script.spec")) {
    const target = document.getElementById(script.dataset.target);
    target.setAttribute("role", "group"); // it holds a picture and a menu
    target.tabIndex = 0; // a wide chart is scrolled with the arrow keys
    const specification = JSON.parse(script.textContent);
    drawn.set(target, { specification, view: null });
    near.observe(target);
  }
}

export const specificationOf = (target) => drawn.get(target)?.specification;

// A chart is drawn when the reader comes near it.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) { near.unobserve(target); draw(target, specificationOf(target)); }
  }
}, { rootMargin: "600px" });

document.addEventListener("theme", () => { for (const [target, { specification, view }] of drawn) if (view) draw(target, specification); });
addEventListener("beforeprint", () => { for (const [target, { specification, view }] of drawn) if (!view) draw(target, specification); });
let width = innerWidth;
let timer = 0;
addEventListener("resize", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (innerWidth === width) return; // on phones the height changes with each scroll
    width = innerWidth;
    for (const [target, { specification, view }] of drawn) if (view) draw(target, specification);
  }, 200);
});
drawAll();
