// Conveniences only: every link and form works as a whole page without this script. Nothing is stored.
const DEL = {headers: {"X-Del": "1"}};

// A part of another page: the parts are made by the same templates as the pages.
async function part(address) {
  const answer = await fetch(address, DEL);
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  return {answer, made};
}

// A file field says in Swedish what to do and what is chosen; the field itself lies over the words and is what is used.
for (const field of document.querySelectorAll("input[type=file]")) {
  const area = document.createElement("span"), button = document.createElement("span"), chosen = document.createElement("span");
  area.className = "filval";
  button.className = "knapp andra";
  button.ariaHidden = chosen.ariaHidden = "true";
  button.textContent = field.multiple ? "Välj filer" : "Välj fil";
  field.replaceWith(area);
  area.append(button, chosen, field);
  const tell = () => { chosen.textContent = [...field.files].map(file => file.name).join(", ") || "Ingen fil är vald"; };
  field.addEventListener("change", tell);
  tell();
}

// Search as you type: a form with data-sok replaces the element it names, and tells how many were found.
for (const form of document.querySelectorAll("form[data-sok]")) {
  let waiting, newest = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const own = ++newest;
      const address = form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form));
      const {answer, made} = await part(address);
      const fresh = made.getElementById(form.dataset.sok);
      if (answer.ok && fresh && own === newest) {
        document.getElementById(form.dataset.sok).replaceWith(fresh);
        history.replaceState(null, "", address);
      }
    }, 250);
  });
}

// A job: ask how far it has come, until it is over.
async function follow() {
  const job = document.getElementById("jobb");
  if (!job || !job.dataset.pagar) return;
  const {answer, made} = await part(location.href);
  if (answer.redirected) { location.assign(answer.url); return; }
  const fresh = made.getElementById("jobb");
  if (fresh) {
    if (!fresh.dataset.pagar) { location.reload(); return; }
    const bar = job.querySelector("progress"), now = fresh.querySelector("progress");
    if (bar && now && now.hasAttribute("value")) { bar.max = now.max; bar.value = now.value; }
    job.querySelector("[data-text]").textContent = fresh.querySelector("[data-text]").textContent;
  }
  setTimeout(follow, 800);
}
setTimeout(follow, 400);

// Explanation in place: a link with data-har opens its page's explanation in the row below, and closes it again.
document.addEventListener("click", async event => {
  const link = event.target.closest("a[data-har]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const row = link.closest("tr"), open = row.nextElementSibling;
  if (open && open.dataset.forklaring) {
    open.remove();
    link.setAttribute("aria-expanded", "false");
    return;
  }
  const {answer, made} = await part(link.href);
  const found = made.getElementById("forklaring");
  if (!answer.ok || !found) { location.assign(link.href); return; }
  const below = row.parentElement.insertRow(row.sectionRowIndex + 1);
  below.dataset.forklaring = "1";
  const cell = below.insertCell();
  cell.colSpan = row.cells.length;
  found.removeAttribute("id");
  cell.append(found);
  link.setAttribute("aria-expanded", "true");
});

// Warn before the idle time is over, and let the reader go on.
const rest = document.getElementById("vila");
if (rest) {
  let timer;
  const wait = () => { rest.hidden = true; clearTimeout(timer); timer = setTimeout(() => { rest.hidden = false; }, 1000 * rest.dataset.varna); };
  rest.addEventListener("submit", async event => {
    event.preventDefault();
    const answer = await fetch(rest.action, {method: "POST", ...DEL});
    if (answer.ok) wait();
  });
  wait();
}
