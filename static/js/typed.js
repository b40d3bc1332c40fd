// What is typed is not lost: every longer form keeps a copy in this browser until the server says that it has saved,
// asks for the password in place when the session has ended, and waits for a line that is cut. Without this the
// server puts the posted text back after the sign-in (portal/pages/typed.py).
import { anew, signIn, whoIsHere } from "./session.js";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const PERSON = document.body.dataset.person || "";
const DAY = 24 * 60 * 60 * 1000;
const HEAD = "typed:";
const OURS = `${HEAD}${PERSON || "public"}:`;
const CARRIED = "input[type=hidden][name=version], input[type=hidden][name$=_base]";
const KEPT = "input:not([type=hidden], [type=password], [type=file], [type=submit], [type=button], .hp), textarea, select";
const TEXT = "textarea, input:not([type]), input[type=text], input[type=number], input[type=date], input[type=email], input[type=tel], input[type=url]";
// Who has not signed in may sit at anybody's machine: the copy goes with the window.
const store = PERSON ? window.localStorage : window.sessionStorage;

const bar = document.createElement("div");
bar.className = "typedbar";
bar.setAttribute("role", "status");
document.body.append(bar);
const say = (text, label = "", act = null) => {
  bar.textContent = text;
  if (!label) return;
  const button = document.createElement("button");
  button.className = "btn sm";
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  bar.append(button);
};

// --- fields: what stood there, what stands there now ---
const ticks = (field) => field.type === "checkbox" || field.type === "radio";
const chosen = (field, by) => Array.from(field.options).filter((option) => option[by]).map((option) => option.value);
const present = (field) => {
  if (ticks(field)) return field.checked ? "1" : "";
  return field.multiple ? chosen(field, "selected").join("\n") : field.value;
};
const original = (field) => {
  if (ticks(field)) return field.defaultChecked ? "1" : "";
  if (!field.options) return field.defaultValue;
  const first = field.multiple ? [] : Array.from(field.options).slice(0, 1).map((option) => option.value);
  const marked = chosen(field, "defaultSelected");
  return (marked.length ? marked : first).join("\n");
};
const put = (field, value) => {
  if (ticks(field)) field.checked = value === "1";
  else if (field.multiple) Array.from(field.options).forEach((option) => { option.selected = value.split("\n").includes(option.value); });
  else field.value = value;
};
const settle = (field, value) => {
  if (ticks(field)) field.defaultChecked = value === "1";
  else if (field.options) Array.from(field.options).forEach((option) => { option.defaultSelected = value.split("\n").includes(option.value); });
  else field.defaultValue = value;
};
const fieldsOf = (form) => {
  const seen = {};
  return Array.from(form.elements).filter((field) => field.name && field.matches(KEPT)).map((field) => {
    const name = ticks(field) ? `${field.name}=${field.value}` : field.name;
    seen[name] = (seen[name] || 0) + 1;
    return [`${name}#${seen[name]}`, field];
  });
};

// --- copies ---
const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch (failure) { return null; } };
const keys = (head) => Object.keys(store).filter((key) => key.startsWith(head));
const drop = (key) => store.removeItem(key);
const marksOf = (form) => Object.fromEntries(all(CARRIED, form).map((field) => [field.name, field.value]));

const dropSavedAndOld = () => {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("saved_copies="));
  const saved = cookie ? cookie.split("=")[1].replace(/"/g, "").split(".") : [];
  [window.localStorage, window.sessionStorage].forEach((place) => Object.keys(place).filter((key) => key.startsWith(HEAD)).forEach((key) => {
    let copy = null;
    try { copy = JSON.parse(place.getItem(key)); } catch (failure) { /* not ours to read: goes */ }
    if (!copy || Date.now() - copy.at > DAY || saved.includes(copy.token)) place.removeItem(key);
  }));
  if (cookie) document.cookie = "saved_copies=; path=/; max-age=0; samesite=lax";
};

let leaving = false; // signed out by choice: what a last key or a lost focus still wants to write is not written
const keep = (form, key, token = "") => {
  if (leaving) return;
  const before = read(key);
  const fields = before ? before.fields : {};
  fieldsOf(form).forEach(([name, field]) => {
    const base = fields[name] ? fields[name][0] : original(field);
    const typed = present(field);
    if (typed === base || (!fields[name] && typed === original(field))) delete fields[name];
    else fields[name] = [base, typed];
  });
  if (!Object.keys(fields).length) { drop(key); return; }
  const marks = before && before.marks ? before.marks : marksOf(form);
  try {
    store.setItem(key, JSON.stringify({ at: Date.now(), marks, token: token || (before && before.token) || "", fields }));
  } catch (failure) { say("本机空间不足，填写的内容没有暂存，请尽快保存。"); }
};

// A row that the page does not have yet is added by its table (report.js).
const fieldFor = (form, name) => {
  const find = () => fieldsOf(form).find(([each]) => each === name);
  if (find()) return find()[1];
  const grid = all("table[data-grid]", form).find((table) => name.startsWith(`${table.dataset.grid}.`));
  for (let tries = 0; grid && grid.addRow && tries < 60 && !find(); tries += 1) grid.addRow();
  return find() ? find()[1] : null;
};

// The server has read what was sent and answers with it in its own words, or corrected: that is what is kept from now on.
const follow = (form, key, copy) => {
  Object.entries(copy.fields).forEach(([name, pair]) => {
    const field = fieldFor(form, name);
    if (field) pair[1] = present(field);
  });
  store.setItem(key, JSON.stringify(copy));
};

const restore = (form, key) => {
  const copy = read(key);
  if (!copy) return;
  if (form.dataset.rewritten !== undefined) { follow(form, key, copy); return; }
  const put_back = Object.entries(copy.fields).filter(([name, [, typed]]) => {
    const field = fieldFor(form, name);
    if (!field || original(field) === typed) return false;
    put(field, typed);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  });
  if (!put_back.length) return;
  // The state that was being edited goes with the text: the server merges by field.
  all(CARRIED, form).forEach((field) => { if (field.name in copy.marks) field.value = copy.marks[field.name]; });
  const note = document.createElement("div");
  note.className = "note typednote";
  note.setAttribute("role", "status");
  const moment = new Date(copy.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  const words = document.createElement("div");
  words.className = "grow";
  words.textContent = `已放回您 ${moment} 填写、还没有保存的内容，共 ${put_back.length} 处，请核对后保存。`;
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn line sm";
  away.textContent = "不要这些内容";
  away.addEventListener("click", () => { drop(key); form.reset(); note.remove(); form.dispatchEvent(new Event("input")); });
  note.append(words, away);
  form.prepend(note);
};

// --- sending ---
const pause = () => new Promise((done) => {
  const timer = setTimeout(done, 4000);
  window.addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
});

// Answers whether the form may go: the line is there and the same person is signed in.
const ready = async (form) => {
  for (;;) {
    const here = await whoIsHere();
    if (form.dataset.checking !== "1") return false;
    if (here && here.person === PERSON) { anew(here.token); say(""); return true; }
    if (here && here.person) {
      say("此浏览器现在登录的是另一位用户，没有提交。您填写的内容仍留在本机，用原来的账号登录后放回。");
      return false;
    }
    if (here) {
      say("登录已到时限，填写的内容还在。");
      if (!await signIn(PERSON)) return false;
    } else {
      say("网络中断，尚未提交。填写的内容已留在本机，线路恢复后自动提交。", "暂不提交", () => { form.dataset.checking = ""; say(""); });
      await pause();
    }
  }
};

const guard = (form, key) => form.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  if (form.dataset.checked === "1") { form.dataset.checked = ""; return; }
  event.preventDefault();
  if (form.dataset.checking === "1") return;
  form.dataset.checking = "1";
  const submitter = event.submitter;
  const token = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let mark = form.querySelector("input[name=_copy]");
  if (!mark) { mark = document.createElement("input"); mark.type = "hidden"; mark.name = "_copy"; form.append(mark); }
  mark.value = token;
  keep(form, key, token);
  const go = await ready(form);
  form.dataset.checking = "";
  if (!go) return;
  form.dataset.checked = "1";
  form.requestSubmit(submitter && submitter.isConnected ? submitter : undefined);
});

// --- autosave: stores, never checks, never changes a status ---
const autosave = (form, key) => {
  const status = document.querySelector("[data-autosave-status]");
  if (status) status.hidden = false;
  const tell = (text, label = "", act = null) => {
    if (status) status.textContent = text;
    if (label) say(text, label, act); else say("");
  };
  let timer = 0;
  let busy = false;
  let again = false;
  let unsent = false;
  const save = async () => {
    if (busy) { again = true; return; }
    busy = true;
    if (status) status.textContent = "正在保存";
    const sent = fieldsOf(form).map(([name, field]) => [name, field, present(field)]);
    const body = new FormData(form);
    body.set("autosave", "1");
    unsent = true;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (answer.redirected || answer.status === 403) {
        tell("登录已到时限，填写的内容已留在本机", "登录后继续保存", async () => { if (await signIn(PERSON)) save(); });
      } else {
        const data = await answer.json();
        if (answer.ok) {
          unsent = false;
          all(CARRIED, form).forEach((field) => { if (data[field.name] !== undefined) field.value = data[field.name]; });
          const left = data.unsaved || [];
          sent.forEach(([, field, value]) => { if (!left.includes(field.name)) settle(field, value); });
          drop(key);
          keep(form, key);
        }
        tell(data.message);
      }
    } catch (failure) {
      tell("未保存，网络中断，已留在本机，恢复后自动保存");
      pause().then(() => { if (unsent) save(); });
    }
    busy = false;
    if (again) { again = false; save(); }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 2000); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { clearTimeout(timer); unsent = false; });
};

const isLonger = (form) => form.dataset.autosave !== undefined
  || form.querySelector("textarea")
  || all(TEXT, form).filter((field) => !field.matches(".hp")).length > 1;

// A form whose answer is a file stays on the page: what is typed then is kept as before.
const sent = (form) => {
  form.dataset.sent = "1";
  setTimeout(() => { form.dataset.sent = ""; }, 4000);
};

dropSavedAndOld();
const numbers = {};
all("form[method=post]").filter(isLonger).forEach((form) => {
  const action = new URL(form.getAttribute("action") || window.location.pathname, window.location.href).pathname;
  numbers[action] = (numbers[action] || 0) + 1;
  const key = `${OURS}${action}:${numbers[action]}`;
  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; keep(form, key); }, 250); };
  form.dataset.kept = key;
  guard(form, key);
  if (form.dataset.autosave) autosave(form, key);
  // After the page's other scripts have set up their tables.
  window.addEventListener("load", () => restore(form, key), { once: true });
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("pagehide", () => {
    if (timer && form.dataset.checked !== "1" && form.dataset.sent !== "1") keep(form, key);
    clearTimeout(timer);  // a page that is kept for going back would write it again
    timer = 0;
  });
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) { clearTimeout(timer); timer = 0; sent(form); } });
});
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("pageshow", () => all("form[data-kept]").forEach((form) => { form.dataset.sent = ""; form.dataset.checking = ""; form.dataset.checked = ""; }));

// Whoever signs out by choice leaves nothing behind.
all("form[data-signs-out]").forEach((form) => form.addEventListener("submit", () => { leaving = true; keys(OURS).forEach(drop); }));
