"use strict";
// Charts: each specification stands in the page as JSON.
for (const spec of document.querySelectorAll("script.spec")) {
  const target = document.getElementById(spec.dataset.target);
  vegaEmbed(target, JSON.parse(spec.textContent), { actions: { export: true, source: false, compiled: false, editor: false }, renderer: "svg" })
    .catch((error) => { target.textContent = "This chart could not be drawn: " + error.message; });
}
