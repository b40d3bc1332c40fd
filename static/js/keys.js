import { exchange } from "./viewer.js";

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

// J and K lead into the queue from the page itself, where nothing has the focus yet.
const queue = document.querySelector("[data-keys=queue]");
if (queue) {
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const idle = document.activeElement === document.body || document.activeElement.id === "main";
    if (!enabled() || !idle || event.ctrlKey || event.metaKey || event.altKey || (key !== "j" && key !== "k")) return;
    event.preventDefault();
    move(all("tbody tr", queue), 1);
  });
}

// On the dossier: 1, 2, 3 mark the material that is open and turn to the next, J and K turn the pages of the list.
// Nothing is loaded anew but the list and the material, so nothing scrolls; presses that come meanwhile wait.
const markdesk = document.querySelector("[data-markdesk]");

// What is told of the mark stands in the bar, and the focus goes on with it.
async function renew(address, options, fallback) {
  const page = await exchange(markdesk, address, options, fallback);
  if (!page) return;
  const told = page.querySelector(".msgs");
  const status = markdesk.querySelector(".markbar [role=status]");
  if (told && status && told.textContent.trim()) status.textContent = told.textContent.trim();
  const button = markdesk.querySelector(".markbar button");
  if (button) button.focus({ preventScroll: true });
}

const waiting = [];
let busy = false;
const next = async (job) => {
  waiting.push(job);
  if (busy) return;
  busy = true;
  while (waiting.length) await waiting.shift()();
  busy = false;
};

if (markdesk) {
  const save = (verdict) => next(() => {
    const form = markdesk.querySelector(".markbar");
    const body = new FormData(form);
    body.set("verdict", verdict);
    return renew(form.action, { method: "POST", body: new URLSearchParams(body) }, () => window.location.reload());
  });
  const turn = (step) => next(() => {
    const links = all(".mats a", markdesk);
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const link = links[Math.min(links.length - 1, Math.max(0, at + step))];
    return renew(link.href, {}, () => window.location.assign(link.href));
  });
  markdesk.addEventListener("submit", (event) => {
    if (!event.target.matches(".markbar") || !event.submitter) return;
    event.preventDefault();
    save(event.submitter.value);
  });
  markdesk.addEventListener("click", (event) => {
    const link = event.target.closest(".mats a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    next(() => renew(link.href, {}, () => window.location.assign(link.href)));
  }, true);  // before the viewer, which turns at once and would not wait for what is being saved
  document.addEventListener("keydown", (event) => {
    if (!enabled() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const verdict = { 1: "ok", 2: "missing", 3: "doubt" }[key];
    if (!verdict && key !== "j" && key !== "k") return;
    event.preventDefault();
    if (verdict) save(verdict); else turn(key === "j" ? 1 : -1);
  });
}

// Whoever leaves the page by a link while marks are being saved goes when they are saved.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!busy || !link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  next(() => window.location.assign(link.href));
});

// A link that names its key is followed by it, once what is being saved is saved.
document.addEventListener("keydown", (event) => {
  if (!enabled() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  const link = all("a[data-key]").find((one) => one.dataset.key === event.key.toLowerCase());
  if (link) { event.preventDefault(); next(() => window.location.assign(link.href)); }
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
document.addEventListener("change", (event) => {
  const choice = event.target;
  if (!choice.matches("select[data-phrases]")) return;
  const words = document.getElementById(choice.dataset.phrases);
  const option = choice.selectedOptions[0];
  if (words && option && (!words.value || words.dataset.prepared === words.value)) {
    words.value = option.dataset.phrase || "";
    words.dataset.prepared = words.value;
  }
});
