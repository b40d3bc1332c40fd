// Who is signed in, and signing in again without leaving the page.
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// null when nobody answers: the line is cut, or the portal is just being restarted.
export const whoIsHere = async () => {
  try {
    const answer = await fetch(document.body.dataset.session, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
    if (answer.redirected) return { person: "" };
    return answer.ok ? await answer.json() : null;
  } catch (failure) { return null; }
};

// A sign-in makes a new token; the page's forms go on with it.
export const anew = (token) => all("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });

const formIn = (text, address) => {
  const form = new DOMParser().parseFromString(text, "text/html").querySelector("main form[method=post]");
  if (!form) return null;
  form.action = new URL(form.getAttribute("action") || address, address).href;
  all("[id]", form).forEach((part) => { part.id = `again-${part.id}`; });
  all("label[for]", form).forEach((label) => { label.htmlFor = `again-${label.htmlFor}`; });
  return document.importNode(form, true);
};

// The sign-in's own pages, step by step, inside a dialog: whatever they ask, it is asked here.
class Dialog {
  constructor(person, done) {
    this.person = person;
    this.done = done;
    this.login = `${document.body.dataset.login}?next=${encodeURIComponent(document.body.dataset.session)}`;
    this.box = document.createElement("dialog");
    this.box.className = "signin";
    this.box.setAttribute("aria-labelledby", "signin-title");
    this.box.innerHTML = "<h2 id=\"signin-title\">登录已到时限，请重新登录</h2><p class=\"small\">您填写的内容还在，登录后接着办理。</p><p class=\"err\" role=\"alert\"></p><div class=\"step\"></div><p class=\"small\"><a target=\"_blank\" rel=\"noopener\">在新窗口登录</a> <button type=\"button\" class=\"btn quiet sm\">暂不登录</button></p>";
    this.box.querySelector("a").href = document.body.dataset.login;
    this.box.querySelector("button").addEventListener("click", () => this.close(false));
    this.box.addEventListener("cancel", () => this.close(false));
    this.back = () => this.look();
    window.addEventListener("focus", this.back);
    document.body.append(this.box);
  }

  async open() {
    this.box.showModal();
    try {
      const answer = await fetch(this.login, { headers: { "X-Requested-With": "fetch" } });
      this.show(await answer.text(), answer.url);
    } catch (failure) { this.say("网络中断，请稍后再试。"); }
  }

  say(text) { this.box.querySelector(".err").textContent = text; }

  show(text, address) {
    const form = formIn(text, address);
    if (!form) { this.look(); return; }
    this.box.querySelector(".step").replaceChildren(form);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(form, event.submitter); });
    const field = form.querySelector("input:not([type=hidden])");
    if (field) field.focus();
  }

  async send(form, submitter) {
    this.say("");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      if (!await this.look()) this.show(text, answer.url);
    } catch (failure) { this.say("网络中断，请稍后再试。"); }
  }

  // Answers whether somebody is signed in now.
  async look() {
    const here = await whoIsHere();
    if (!here || !here.person) return false;
    if (here.person === this.person) { anew(here.token); this.close(true); return true; }
    this.box.querySelector(".step").replaceChildren();
    this.say("登录的是另一位用户的账号，没有提交。您填写的内容只留给原来的账号。");
    return true;
  }

  close(answer) {
    window.removeEventListener("focus", this.back);
    this.box.remove();
    this.done(answer);
  }
}

export const signIn = (person) => new Promise((done) => { new Dialog(person, done).open(); });
