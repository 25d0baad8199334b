"use strict";
// The evidence table, where there is one: show the rows that fit every field of the form.
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("#events tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase(), ...row.dataset }));
function fits(item, want) {
  return (!want.text || want.text.toLowerCase().split(/\s+/).every((word) => item.text.includes(word)))
    && (!want.dimension || item.dimension === want.dimension)
    && (!want.act || item.act === want.act)
    && (!want.checked || item.checked === want.checked)
    && (!want.actor || item.actors.split(" ").includes(want.actor))
    && (!want.from || Number(item.to) >= Number(want.from))
    && (!want.to || Number(item.from) <= Number(want.to));
}
function apply() {
  const want = Object.fromEntries(new FormData(form));
  let shown = 0;
  for (const item of rows) {
    const show = fits(item, want);
    item.row.hidden = !show;
    shown += show;
  }
  form.querySelector("output").textContent = `${shown} of ${rows.length} events`;
}
if (form) { // a page from data alone has no such table
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
}
// A link to a row that the filter hides shows it again.
window.addEventListener("hashchange", () => {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row && row.hidden) { form.reset(); setTimeout(() => row.scrollIntoView({ block: "center" }), 50); }
});
