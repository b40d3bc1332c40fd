// A section of the report: rows, pasting from Excel, sums, counts. The form works without all of it.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

const numberOf = (text) => Number(String(text).replace(/[,，\s]/g, "")) || 0;

all("table[data-grid]").forEach((table) => {
  const body = one("tbody", table);
  const head = `${table.dataset.grid}.`;
  const addRow = () => {
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    const number = body.rows.length;
    all("input, select", row).forEach((field) => {
      const column = field.name.split(".").pop();
      field.name = `${head}${number}.${column}`;
      field.id = `id_${head}${number}.${column}`.replace(/\./g, "_");
      field.removeAttribute("aria-invalid");
      field.value = "";
    });
    all(".err, [data-drop-row]", row).forEach((part) => part.remove());
    row.hidden = false;
    body.appendChild(row);
    return row;
  };
  table.addRow = addRow;
  const sum = () => {
    const foot = one("tfoot tr", table);
    if (!foot) return;
    all("td, th", foot).forEach((cell, column) => {
      if (!cell.hasAttribute("data-total")) return;
      const total = Array.from(body.rows).reduce((sofar, row) => sofar + numberOf((one("input", row.cells[column]) || {}).value), 0);
      cell.textContent = (Math.round(total * 100) / 100).toLocaleString("en-US");
    });
  };
  table.addEventListener("input", sum);
  const button = one("[data-add-row]", table.closest(".fieldrow"));
  if (button) button.addEventListener("click", (event) => { event.preventDefault(); one("input, select", addRow()).focus(); });
  // An emptied row is none: it leaves the page, and the server keeps the others.
  table.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop-row]");
    if (!drop) return;
    event.preventDefault();
    const row = drop.closest("tr");
    all("input, select", row).forEach((field) => { field.value = ""; });
    row.hidden = true;
    table.dispatchEvent(new Event("input", { bubbles: true }));
    one("input, select", row.nextElementSibling || row.previousElementSibling)?.focus();
  });
  // A block copied in Excel fills the grid from the cell where it is pasted.
  table.addEventListener("paste", (event) => {
    const text = (event.clipboardData || window.clipboardData).getData("text");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const cell = event.target.closest("td");
    const top = Array.from(body.rows).indexOf(cell.parentNode);
    text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach((line, down) => {
      const row = body.rows[top + down] || addRow();
      line.split("\t").forEach((value, right) => {
        const field = one("input.input, select.input", row.cells[cell.cellIndex + right] || row.cells[0]);
        if (!row.cells[cell.cellIndex + right] || !field) return;
        const option = field.options && Array.from(field.options).find((each) => each.text.trim() === value.trim());
        field.value = option ? option.value : value.trim();
      });
    });
    sum();
    table.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

all("textarea[data-count]").forEach((area) => {
  const note = document.createElement("p");
  note.className = "hint count-note";
  area.insertAdjacentElement("afterend", note);
  const most = Number(area.dataset.count);
  const show = () => {
    const left = most - area.value.length;
    note.textContent = left >= 0 ? `已写 ${area.value.length} 字，最多 ${most} 字` : `超过 ${-left} 字，最多 ${most} 字`;
    note.classList.toggle("over", left < 0);
  };
  area.addEventListener("input", show);
  show();
});
