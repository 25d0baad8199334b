// The plane over the years: the path up to a year, and that year in words.
import { show, specificationOf } from "./charts.js";

const form = document.querySelector("form.years");
if (form) {
  const target = document.getElementById(form.dataset.chart);
  const path = JSON.parse(document.getElementById("path").textContent);
  const slider = form.querySelector("input");
  const button = form.querySelector("button");
  const output = form.querySelector("output");
  const whole = specificationOf(target);
  let pending = 0;
  let timer = 0;

  const until = (year) => ({
    ...whole,
    datasets: Object.fromEntries(Object.entries(whole.datasets).map(([name, rows]) => [name, rows.filter((row) => !(row.year > year))])),
  });
  const say = () => {
    const row = path.find((item) => item.year === Number(slider.value));
    output.textContent = row ? `${row.year}: depth ${Math.round(row.depth * 100)}%, ${row.stage}; commitment ${row.commitment} of 4, ${row.label}` : slider.value;
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const move = () => {
    say();
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => show(target, until(Number(slider.value))));
  };
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  slider.addEventListener("input", move);
  form.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (slider.value === slider.max) slider.value = slider.min;
    button.textContent = "Stop";
    timer = setInterval(() => {
      if (slider.value === slider.max) { stop(); return; }
      slider.stepUp();
      move();
    }, 350);
  });
  say();
}
