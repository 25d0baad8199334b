// A section that takes longer comes after the page: it is taken from the page that has it alone.
import { drawAll } from "./charts.js";

for (const place of document.querySelectorAll("[data-section]")) {
  const note = document.createElement("p");
  note.textContent = "Being computed; the first time takes a while.";
  note.setAttribute("role", "status");
  place.append(note);
  fetch(place.dataset.section).then(async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.querySelector("main > section") ?? page.querySelector("main > .warning");
    place.replaceChildren(...(section?.children.length ? section.children : [section ?? note]));
    drawAll(place);
  }).catch(() => { note.textContent = "The server did not answer. Load the page again."; });
}
