// Rows of a list can be dragged; the numbers beside them are the form and say the same.
document.querySelectorAll("table[data-sortable]").forEach((table) => {
  const body = table.tBodies[0];
  const number = (row) => row.querySelector("input[type=number]");
  const rows = () => Array.from(body.rows);
  if (!body || !rows().length || !number(rows()[0])) return;
  let dragged = null;
  const renumber = () => rows().forEach((row, n) => { number(row).value = n + 1; });
  rows().forEach((row) => {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => { dragged = row; event.dataTransfer.effectAllowed = "move"; });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const below = event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;
      body.insertBefore(dragged, below ? row.nextSibling : row);
    });
    row.addEventListener("dragend", () => { dragged = null; renumber(); });
  });
});
