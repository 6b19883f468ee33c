"use strict";
// The tables are complete without this: it only sorts and filters them, and opens what is folded before printing.
const order = new Intl.Collator("sv");
const number = (cell) => Number(cell.dataset.v ?? NaN);

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
  Array.from(heads).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const body = table.tBodies[0];
      const rows = Array.from(body.rows).sort((a, b) => {
        const one = a.cells[column], two = b.cells[column];
        const by = "v" in one.dataset ? number(one) - number(two) : order.compare(one.textContent, two.textContent);
        return rising ? by : -by;
      });
      body.append(...rows);
    });
  });
}

for (const field of document.querySelectorAll("input[data-filter]")) {
  field.closest(".tools").hidden = false;
  const table = document.getElementById(field.dataset.filter);
  const told = document.getElementById(field.getAttribute("aria-describedby"));
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLocaleLowerCase("sv");
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !row.cells[0].textContent.toLocaleLowerCase("sv").includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    told.textContent = `${shown} rader visas`;
  });
}

addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
