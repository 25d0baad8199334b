// The year of the world: slider and number agree; a new year is a new page.
const form = document.getElementById("world");
const [slider, exact] = [document.getElementById("year"), document.getElementById("exact")];
const go = () => { location.href = form.dataset.path + exact.value; };
slider.addEventListener("input", () => { exact.value = slider.value; });
slider.addEventListener("pointerup", go); // with the keyboard: Enter, or the button
form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
