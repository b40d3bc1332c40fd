// Proof of work: finds the number that opens a form which was sent often from here; then nobody need answer the question.
document.querySelectorAll("[data-proof]").forEach(async (place) => {
  if (!window.crypto || !window.crypto.subtle) return;
  const { proof: token, bits } = place.dataset;
  const encoder = new TextEncoder();
  for (let n = 0; n < 4000000; n += 1) {
    const digest = new DataView(await window.crypto.subtle.digest("SHA-256", encoder.encode(`${token}:${n}`)));
    if (digest.getUint32(0) >>> (32 - Number(bits)) === 0) {
      place.querySelector("[name=proof_nonce]").value = n;
      place.querySelector(".fieldrow").hidden = true;
      return;
    }
  }
});
