// Single-key work in tables and lists. Keys act only while the focus is inside, and can be switched off.
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const STORE = "portal.keys";
const enabled = () => window.localStorage.getItem(STORE) !== "off";

all("[data-keys-switch]").forEach((place) => {
  const box = place.querySelector("input");
  place.hidden = false;
  box.checked = enabled();
  box.addEventListener("change", () => window.localStorage.setItem(STORE, box.checked ? "on" : "off"));
});

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

function focusOf(row) {
  return row.querySelector("a, input[type=radio]:checked, input[type=radio], button");
}

function move(rows, step) {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  const target = row && focusOf(row);
  if (target) target.focus();
}

// In the queue: J, K, Enter, A, R on rows that carry the addresses.
const ADDRESS = { enter: "open", a: "approve", r: "return" };

function inQueue(event, rows, key) {
  const row = rows.find((one) => one.contains(document.activeElement));
  const address = row && ADDRESS[key] && row.dataset[ADDRESS[key]];
  if (!address) return false;
  if (key === "enter" && !document.activeElement.matches("a.name")) return false;
  window.location.assign(address);
  return true;
}

// On the completeness desk: 1, 2, 3 choose 齐, 缺, 疑 of the row that has the focus.
function inMarks(event, rows, key) {
  const row = rows.find((one) => one.contains(document.activeElement));
  const box = row && all("input[type=radio]", row)[Number(key) - 1];
  if (!box) return false;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  box.focus();
  return true;
}

all("[data-keys=queue], [data-keys=marks]").forEach((place) => {
  const rows = all("tbody tr", place);
  const act = place.dataset.keys === "queue" ? inQueue : inMarks;
  place.addEventListener("keydown", (event) => {
    if (!enabled() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      event.preventDefault();
      event.stopPropagation();
      move(rows, key === "j" ? 1 : -1);
    } else if (act(event, rows, key)) {
      event.preventDefault();
    }
  });
});

// The preview is always of the row that has the focus: the keys act on what is seen. One row alone is tinted.
all("[data-keys=queue][data-peek]").forEach((place) => {
  let timer = 0, asked = "";
  const show = async (row, address) => {
    asked = address;
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || asked !== address) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".peek");
    const old = document.querySelector(".peek");
    if (!fresh || !old) return;
    old.replaceWith(fresh);
    all("tr[aria-selected]", place).forEach((one) => one.removeAttribute("aria-selected"));
    row.setAttribute("aria-selected", "true");
  };
  place.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody tr");
    const link = row && row.querySelector("a.name");
    clearTimeout(timer);
    if (!link || row.hasAttribute("aria-selected")) { asked = ""; return; }
    timer = setTimeout(() => show(row, link.href), 120);
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !enabled() || typing(event.target)) return;
  const help = document.getElementById("keys");
  if (!help) return;
  help.open = true;
  help.querySelector("summary").focus();
});

// How many rows are ticked.
all("[data-picked]").forEach((place) => {
  const count = () => {
    const number = all(`input[name=${place.dataset.picked}]:checked`).length;
    place.textContent = number ? `已选 ${number} 件` : "勾选后：";
  };
  document.addEventListener("change", count);
  count();
});

// A prepared sentence goes into the empty field beside the reason.
all("select[data-phrases]").forEach((choice) => choice.addEventListener("change", () => {
  const words = document.getElementById(choice.dataset.phrases);
  const option = choice.selectedOptions[0];
  if (words && option && (!words.value || words.dataset.prepared === words.value)) {
    words.value = option.dataset.phrase || "";
    words.dataset.prepared = words.value;
  }
}));
