// Scenarios: a comparison takes a while, so it comes into this page; a file is sent as it is.
import { drawAll } from "./charts.js";

const progress = document.getElementById("progress");
const place = document.getElementById("compared");
let asking = new AbortController();

async function shown(path, options) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  progress.textContent = "Being solved ...";
  place.replaceChildren();
  try {
    const answer = await fetch(path, { ...options, signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.headers.get("content-type").startsWith("application/json")) {
      const { error } = JSON.parse(page.body.textContent);
      progress.textContent = [error.message, error.remedy].join(" ");
      return;
    }
    place.replaceChildren(...page.querySelector("main").children);
    progress.textContent = answer.ok ? "The comparison is below." : "That did not work; see below.";
    drawAll(place);
    place.scrollIntoView();
  } catch (error) {
    if (!signal.aborted) progress.textContent = `The server did not answer: ${error.message}`;
  }
}

document.getElementById("compare").addEventListener("submit", (event) => {
  event.preventDefault();
  const names = new URLSearchParams(new FormData(event.target));
  const count = [...names].length;
  if (count === 0 || count > 4) { progress.textContent = `${count} are chosen. Choose one to four.`; progress.scrollIntoView({ block: "center" }); return; }
  shown(`/scenarios/compare?${names}`);
});
document.getElementById("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  const { file, name } = event.target.elements;
  const sent = file.files[0];
  if (!sent) return;
  if (sent.size > 65536) { progress.textContent = `${sent.name} has ${sent.size.toLocaleString("en")} bytes; a scenario has 65,536 at most.`; return; }
  shown(`/scenarios/upload?${new URLSearchParams({ name: name.value })}`, { method: "POST", body: sent, headers: { "content-type": "text/plain" } });
});
