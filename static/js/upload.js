// Uploads in pieces on top of a plain form: drag and drop, several files, cancel, retry, resume.
// The server keeps what has arrived, so a broken connection or a closed page costs one piece.
const RETRIES = 4;
const one = (selector, root) => root.querySelector(selector);
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};
const wait = (seconds) => new Promise((resume) => setTimeout(resume, seconds * 1000));
const sizeOf = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

class Refused extends Error {}
// The portal answers, and something behind it doesn't: what it says of that is said here too.
class Away extends Error {}
const awayOf = async (answer) => {
  const told = answer.status >= 500 ? await answer.json().catch(() => ({})) : {};
  return told.error ? new Away(told.error) : new Error(answer.status);
};

class Row {
  constructor(file, uploader) {
    this.file = file;
    this.uploader = uploader;
    this.state = "waiting";
    this.item = make("li", "upload");
    this.bar = make("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.hidden = true;
    this.bar.setAttribute("aria-label", `${file.name} 上传进度`);
    this.text = make("span", "small muted", `${sizeOf(file.size)}，待上传`);
    this.button = make("button", "btn quiet sm");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.press());
    this.item.append(make("span", "nm", file.name), this.bar, this.text, this.button);
    this.label("移除");
  }

  label(word) {
    this.button.textContent = word;
    this.button.append(make("span", "sr", this.file.name));
  }

  press() {
    if (this.state === "broken") { this.uploader.run([this]); return; }
    if (this.state === "sending") {
      this.state = "cancelled";
      if (this.abort) this.abort.abort();
      if (this.place) fetch(this.place, { method: "DELETE", headers: this.uploader.headers() }).catch(() => {});
    }
    this.uploader.remove(this);
  }

  say(text, isError = false) {
    this.text.textContent = text;
    this.text.className = isError ? "small err" : "small muted";
  }

  progress(offset) {
    const percent = Math.floor((offset * 100) / this.file.size);
    const seconds = (Date.now() - this.began) / 1000;
    const sent = offset - this.first;
    const left = sent > 0 ? Math.ceil(((this.file.size - offset) * seconds) / sent) : 0;
    this.bar.value = percent;
    this.percent = percent;
    this.say(`上传 ${percent}%${left > 2 ? `，约 ${left} 秒` : ""}`);
    if (percent >= 50 && this.told < 50) { this.told = 50; this.uploader.announce(`${this.file.name} 上传过半`); }
  }

  // All has arrived: the bar moves without an end until the server has looked at it, and the seconds count.
  async check() {
    const began = Date.now();
    const tell = () => {
      const seconds = Math.round((Date.now() - began) / 1000);
      this.say(`已传完，正在核对…${seconds > 2 ? `已 ${seconds} 秒` : ""}`);
    };
    this.percent = 100;
    this.bar.removeAttribute("value");
    this.uploader.announce(`${this.file.name} 已传完，正在核对`);
    tell();
    const ticking = setInterval(tell, 1000);
    try {
      return await this.ask(this.finish, { method: "POST", body: this.uploader.fields() });
    } finally {
      clearInterval(ticking);
      this.bar.value = 100;
    }
  }

  async send() {
    this.state = "sending";
    this.abort = new AbortController();
    this.bar.hidden = false;
    this.told = 0;
    this.percent = 0;
    this.label("取消");
    this.uploader.announce(`${this.file.name} 开始上传`);
    try {
      await this.begin();
      await this.pieces();
      const done = await this.check();
      this.state = "done";
      this.next = (await done.json()).next;
      this.say("完成");
      this.button.remove();
    } catch (failure) {
      if (this.state === "cancelled") return;
      if (failure instanceof Refused) {
        this.state = "refused";
        this.bar.hidden = true;
        this.say(failure.message, true);
        this.label("移除");
      } else {
        this.state = "broken";
        if (failure instanceof Away) this.say(failure.message, true);
        else this.say(this.percent < 100 ? `上传中断，已传 ${this.percent}%，请重试` : "文件已传完，核对中断，请重试", true);
        this.label("重试");
      }
      this.uploader.announce(`${this.file.name}：${this.text.textContent}`);
    }
  }

  async begin() {
    const body = new FormData();
    body.set("name", this.file.name);
    body.set("size", this.file.size);
    body.set("fingerprint", `${this.file.lastModified}`);
    const answer = await this.ask(this.uploader.form.dataset.chunked, { method: "POST", body });
    const told = await answer.json();
    this.place = told.place;
    this.finish = told.finish;
    this.piece = told.piece;
    this.offset = told.offset;
    this.first = told.offset;
    this.began = Date.now();
  }

  async pieces() {
    let failures = 0;
    while (this.offset < this.file.size) {
      this.progress(this.offset);
      const body = this.file.slice(this.offset, this.offset + this.piece);
      let answer;
      try {
        answer = await fetch(this.place, { method: "PATCH", body, signal: this.abort.signal, headers: { ...this.uploader.headers(), "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" } });
        if (answer.status >= 500 || answer.status === 400) throw await awayOf(answer);
        failures = 0;
      } catch (failure) {
        failures += 1;
        if (this.state === "cancelled" || failures > RETRIES) throw failure;
        this.say(failure instanceof Away ? `${failure.message}正在重试（第 ${failures} 次）` : `连接中断，正在重试（第 ${failures} 次）`);
        await wait(2 ** (failures - 1));
        answer = await fetch(this.place, { method: "HEAD", headers: this.uploader.headers() }).catch(() => null);
        if (!answer || !answer.ok) continue;
      }
      if (answer.ok || answer.status === 409) this.offset = Number(answer.headers.get("Upload-Offset"));
      else await this.refuse(answer);
    }
    this.progress(this.offset);
  }

  async ask(address, options) {
    const answer = await fetch(address, { ...options, signal: this.abort.signal, headers: this.uploader.headers() });
    if (answer.ok) return answer;
    if (answer.status >= 500) throw await awayOf(answer);
    return this.refuse(answer);
  }

  async refuse(answer) {
    const told = await answer.json().catch(() => ({}));
    throw new Refused(told.error || "上传未成功，请刷新页面后重试");
  }
}

class Uploader {
  constructor(form) {
    this.form = form;
    this.input = one("input[type=file]", form);
    this.list = one(".uploads", form);
    this.said = one("[data-upload-said]", document);
    this.rows = [];
    this.input.addEventListener("change", () => { this.add(this.input.files); this.input.value = ""; });
    form.addEventListener("submit", (event) => {
      if (!this.rows.length) return;
      event.preventDefault();
      event.stopPropagation();
      this.run(this.rows.filter((row) => row.state === "waiting" || row.state === "broken"));
    });
    const zone = one("[data-drop]", form);
    if (zone) this.accept(zone);
  }

  accept(zone) {
    const hint = one("[data-script-only]", zone);
    if (hint) hint.hidden = false;
    ["dragenter", "dragover"].forEach((kind) => zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); }));
    ["dragleave", "drop"].forEach((kind) => zone.addEventListener(kind, () => zone.classList.remove("over")));
    zone.addEventListener("drop", (event) => { event.preventDefault(); this.add(event.dataTransfer.files); });
  }

  add(files) {
    const chosen = this.input.multiple ? Array.from(files) : Array.from(files).slice(0, 1);
    if (!this.input.multiple) this.rows.slice().forEach((row) => this.remove(row));
    chosen.forEach((file) => {
      const row = new Row(file, this);
      this.rows.push(row);
      this.list.append(row.item);
    });
    this.list.hidden = !this.rows.length;
    if (chosen.length) this.announce(`已选择 ${chosen.length} 份文件，请点“上传”`);
  }

  remove(row) {
    this.rows = this.rows.filter((other) => other !== row);
    row.item.remove();
    this.list.hidden = !this.rows.length;
    this.settle();
  }

  async run(rows) {
    for (const row of rows) {
      if (this.rows.includes(row)) await row.send();
    }
    this.settle();
  }

  // The page shows the list anew once nothing is left to decide; what failed stays to be read.
  settle() {
    const done = this.rows.filter((row) => row.state === "done");
    if (done.length && done.length === this.rows.length) window.location.assign(done[0].next);
  }

  announce(text) { if (this.said) this.said.textContent = text; }

  headers() { return { "X-CSRFToken": one("[name=csrfmiddlewaretoken]", this.form).value, "X-Requested-With": "fetch" }; }

  fields() {
    const body = new FormData();
    const replaces = one("[name=replaces]", this.form);
    if (replaces) body.set("replaces", replaces.value);
    return body;
  }
}

document.querySelectorAll("form[data-chunked]").forEach((form) => new Uploader(form));
