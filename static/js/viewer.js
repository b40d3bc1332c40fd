// The viewer of a dossier turns in place: only its parts are fetched anew, so that nothing scrolls and nothing that is
// being typed beside it moves. Without this the links lead to the page, and the buttons save and come back.
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

export async function exchange(holder, address, options, fallback) {
  try {
    const answer = await fetch(address, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What can be done next changes with a mark, not with a page: what stands open there stays open.
    const wanted = (part) => part.dataset.part !== "work" || options.method === "POST";
    const parts = all("[data-part]", holder).filter((part) => !part.parentElement.closest("[data-part]") && wanted(part));
    const pairs = parts.map((part) => [part, page.querySelector(`[data-viewer] [data-part="${part.dataset.part}"]`)]);
    if (!answer.ok || !pairs.length || pairs.some(([, fresh]) => !fresh)) { fallback(); return null; }
    pairs.forEach(([part, fresh]) => part.replaceWith(fresh));
    window.history.replaceState(null, "", answer.url.split("#")[0]);
    return page;
  } catch (failure) { fallback(); return null; }
}

// The focus stays where it was pressed: on the same way on, or on what is open now.
const refocus = (holder, rel, inside) => {
  if (!inside) return;
  const target = (rel && holder.querySelector(`[data-part] a[rel=${rel}]`)) || holder.querySelector("[data-part] [aria-current]");
  if (target) target.focus({ preventScroll: true });
};

const addressOf = (element) => {
  if (element.matches("button[name=show]")) return `?m=${encodeURIComponent(element.value)}`;
  const href = element.getAttribute("href") || "";
  return href.startsWith("?") ? href : "";
};

all("[data-viewer]").forEach((holder) => {
  let asked = 0;
  holder.addEventListener("click", async (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    const element = event.target.closest("a[href], button[name=show]");
    const address = element && addressOf(element);
    if (!address) return;
    event.preventDefault();
    asked += 1;
    const mine = asked, inside = element.closest("[data-part]"), rel = element.getAttribute("rel");
    const page = await exchange(holder, address, {}, () => { if (mine === asked) window.location.assign(address); });
    if (page && mine === asked) refocus(holder, rel, inside);
  });
});
