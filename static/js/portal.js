// Enhancements only: every page works without them.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

const errors = one("#errors");
if (errors) errors.focus();

// A page that confirms one act begins at its first field: no way through the whole frame by keyboard.
const first = !errors && one("form[data-first] .field :enabled, form[data-first] input:not([type=hidden]):enabled, form[data-first] .actions button:enabled");
if (first) first.focus({ preventScroll: true });

// After an act the reader stands at what was done, not at the top of the frame.
const said = !errors && !first && one(".msgs");
if (said) said.focus({ preventScroll: true });

// A second click on a submit button while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;  // held back until the session is known to last (typed.js)
  if (form.dataset.busy === "1") { event.preventDefault(); return; }
  form.dataset.busy = "1";
  setTimeout(() => { form.dataset.busy = ""; }, 4000);
});
window.addEventListener("pageshow", () => all("form").forEach((form) => { form.dataset.busy = ""; }));

// Ctrl K goes to the search from anywhere.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  const link = one("[data-search]");
  const field = one("form[role=search] input[name=q]");
  if (!field && !link) return;
  event.preventDefault();
  if (field) field.focus(); else window.location.assign(link.href);
});

// The menu folds to a rail of icons; the browser remembers it, and the server draws it so the next time.
all("[data-rail]").forEach((button) => {
  const desk = button.closest(".desk");
  const words = one("span", button);
  const say = () => {
    const folded = desk.classList.contains("railed");
    words.textContent = folded ? "展开导航" : "收起导航";
    button.title = words.textContent;
    button.setAttribute("aria-expanded", String(!folded));
  };
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    const folded = desk.classList.toggle("railed");
    const safe = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `rail=${folded ? 1 : 0}; path=/; max-age=31536000; samesite=lax${safe}`;
    say();
  });
});

// J/K move through a queue, Enter opens; only while the table has the focus.
all("table[data-keys=\"\"]").forEach((table) => {
  const rows = all("tbody tr", table);
  table.addEventListener("keydown", (event) => {
    if (!["j", "k", "J", "K"].includes(event.key)) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + (event.key.toLowerCase() === "j" ? 1 : -1)))];
    const link = next && one("a", next);
    if (link) { event.preventDefault(); link.focus(); }
  });
});

all("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "已复制";
  });
});

// A demo account is taken over into the form by a click; signing in stays a second one.
all("[data-account]").forEach((cell) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linkbtn blue";
  button.append(...cell.childNodes);
  cell.append(button);
  button.addEventListener("click", () => {
    const name = document.querySelector("[name=username]");
    name.value = cell.dataset.account;
    document.querySelector("[name=password]").value = cell.dataset.password;
    name.form.querySelector("[type=submit]").focus();
  });
});

all("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

all("[data-check-all]").forEach((box) => box.addEventListener("change", () => {
  all(`input[name=${box.dataset.checkAll}]`).forEach((item) => { item.checked = box.checked; });
}));

// The self-check recomputes while typing; without this the button does the same.
all("form[data-live]").forEach((form) => {
  const target = one(form.dataset.live);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const query = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${form.action || window.location.pathname}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(form.dataset.live);
      if (fresh) target.innerHTML = fresh.innerHTML;
      // The region that is read out stays; only its sentence changes.
      const said = form.dataset.say && page.querySelector(form.dataset.say);
      if (said) one(form.dataset.say).textContent = said.textContent;
      all("[data-carries]").forEach((link) => { link.href = `${link.dataset.carries}?${query}`; });
    }, 400);
  });
});

// What is being made in the background: the part is read anew until it no longer asks for it.
const poll = (part) => {
  setTimeout(async () => {
    try {
      const answer = await fetch(window.location.href);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (!next) return;
      part.replaceWith(next);
      if (next.dataset.poll) poll(next);
      else if (part.dataset.then === "reload") window.location.reload();
    } catch (failure) { poll(part); }
  }, Number(part.dataset.poll) * 1000);
};
all("[data-poll]").forEach(poll);

// A menu closes when one looks elsewhere.
all("details[data-menu]").forEach((menu) => {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    one("summary", menu).focus();
  });
});

// Elder mode reads the page aloud where the browser can.
const mode = document.documentElement.classList;
if (mode.contains("elder") && !mode.contains("desk-elder") && "speechSynthesis" in window) {
  const page = one("#main");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn line readaloud";
  const rest = () => { button.textContent = "朗读本页"; };
  rest();
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); rest(); return; }
    const words = new SpeechSynthesisUtterance(page.innerText);
    words.lang = "zh-CN";
    words.addEventListener("end", rest);
    speechSynthesis.speak(words);
    button.textContent = "停止朗读";
  });
  if (page) page.prepend(button);
}

// A code that was meant is put into its field in place; without this the button sends it with the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name$='__use']");
  const field = button && button.form && button.form.elements[button.name.slice(0, -"__use".length)];
  if (!field) return;
  event.preventDefault();
  field.value = button.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  button.remove();
});
