// The sheet beside a form, drawn anew by the server while one types; without this it shows what was saved.
document.querySelectorAll("form[data-preview]").forEach((form) => {
  const sheet = document.querySelector(form.dataset.sheet);
  let timer = 0;
  const draw = async () => {
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
      if (answer.ok) sheet.innerHTML = await answer.text();
    } catch (failure) {
      // Offline: the sheet keeps what it last showed.
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(draw, 500); });
});
