// Passkeys: the browser's half of the two ceremonies. Without script or support the code field does the same.
const bytes = (text) => Uint8Array.from(window.atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => window.btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const READY = window.PublicKeyCredential && navigator.credentials;
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST", body: body ? JSON.stringify(body) : "", credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
  });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.sentence || "没有成功，请重试。");
  return data;
}

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function add(place) {
  const options = await post(place.dataset.begin);
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = named(options.excludeCredentials);
  const made = await navigator.credentials.create({ publicKey: options });
  const name = place.querySelector("input.input").value;
  return post(`${place.dataset.complete}?name=${encodeURIComponent(name)}`, {
    id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: made.getClientExtensionResults(),
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
  });
}

async function prove(place) {
  const options = await post(place.dataset.begin);
  options.challenge = bytes(options.challenge);
  options.allowCredentials = named(options.allowCredentials);
  const got = await navigator.credentials.get({ publicKey: options });
  const { response } = got;
  return post(place.dataset.complete, {
    id: got.id, rawId: text(got.rawId), type: got.type, clientExtensionResults: got.getClientExtensionResults(),
    response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  });
}

document.querySelectorAll("[data-passkey]").forEach((place) => {
  // A key is bound to the site's own name: at another address (an IP, say) there is none to offer.
  if (!READY || window.location.hostname !== place.dataset.site) return;
  place.hidden = false;
  document.querySelectorAll("[data-no-passkey]").forEach((note) => { note.hidden = true; });
  const button = place.querySelector("button");
  const error = place.querySelector(".err");
  button.addEventListener("click", async () => {
    button.disabled = true;
    error.hidden = true;
    try {
      const { next } = await (place.dataset.passkey === "add" ? add(place) : prove(place));
      if (place.dataset.submit) document.querySelector(place.dataset.submit).click();
      else window.location.assign(place.dataset.next || next);
    } catch (problem) {
      error.textContent = problem.name === "NotAllowedError" ? "已取消，或者没有找到可用的通行密钥。" : problem.message;
      error.hidden = false;
      button.disabled = false;
    }
  });
});
