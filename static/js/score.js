import "./viewer.js";

// The score sheet beside the dossier: the band of a score is lit and the total runs along while one types, and a page
// that is pinned stands in the sheet at once. Without this the buttons save, and the page says the same.
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const form = document.querySelector("form[data-scoresheet]");

const scoreOf = (part) => {
  const text = part.querySelector("input[name^=score_]").value.trim();
  return /^\d+$/.test(text) && Number(text) <= 100 ? Number(text) : null;
};

const light = (part, score) => {
  let name = "";
  all("[data-low]", part).forEach((band) => {
    const lit = score !== null && score >= Number(band.dataset.low) && score <= Number(band.dataset.high);
    band.classList.toggle("lit", lit);
    if (lit) name = band.dataset.band;
  });
  part.querySelector("[data-band-now]").textContent = name && `${name} 档`;
};

const run = () => {
  const parts = all("[data-weight]", form);
  let points = 0, most = 0, done = 0;
  parts.forEach((part) => {
    const score = scoreOf(part), weight = Number(part.dataset.weight);
    light(part, score);
    if (score === null) return;
    points += score * weight; most += weight; done += 1;
  });
  form.querySelector("[data-points]").textContent = (points / 100).toFixed(2);
  form.querySelector("[data-so-far]").textContent = done === parts.length ? "分，已评齐" : `分，已评 ${done} / ${parts.length} 项${done ? `（满 ${most} 分）` : ""}`;
};

const chip = (code, place, words) => {
  const item = document.createElement("li");
  const kept = document.createElement("input");
  kept.type = "hidden"; kept.name = `pin_${code}`; kept.value = place;
  const link = document.createElement("a");
  const [material, file, page] = place.split(":");
  const query = new URLSearchParams(Object.entries({ m: material, f: file, p: page }).filter(([, value]) => value));
  link.href = `?${query}`; link.textContent = words;
  const away = document.createElement("button");
  away.className = "linkbtn"; away.type = "submit"; away.name = "unpin"; away.value = `${code}|${place}`;
  away.textContent = "移除"; away.setAttribute("aria-label", `移除引用：${words}`);
  item.append(kept, link, away);
  return item;
};

if (form) {
  form.addEventListener("input", run);
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=pin], button[name=unpin]");
    if (!button) return;
    event.preventDefault();
    const part = button.closest("[data-weight]");
    const list = part.querySelector(".pins");
    if (button.name === "unpin") {
      button.closest("li").remove();
      part.querySelector("button[name=pin]").focus();
    } else {
      const at = document.querySelector("input[name=at]");
      const there = all("input", list).some((kept) => kept.value === at.value);
      if (!there) list.append(chip(button.value, at.value, at.dataset.words));
    }
    changed();
  });
  run();
}
