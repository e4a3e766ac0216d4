// While a request is typed: fields of other reasons step aside, and what it will need stays in sight.
// The page works without this file: its own button looks ahead.
(() => {
  "use strict";
  const form = document.querySelector("form[data-ahead]");
  if (!form) return;
  const ahead = document.getElementById("ahead");
  const reason = form.elements.namedItem("reason");
  const PAUSE = 350;
  let timer = 0;
  let asked = 0;

  function setAside() {
    if (!reason) return;
    for (const field of form.querySelectorAll("[data-reasons]")) {
      const wanted = !reason.value || field.dataset.reasons.split(" ").includes(reason.value);
      field.hidden = !wanted;
      for (const input of field.querySelectorAll("input, textarea, select")) input.disabled = !wanted;
    }
  }

  async function look() {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("act", "live");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.ok && mine === asked) ahead.innerHTML = await answer.text();
    } catch {
      // What stands there stays; the button asks again.
    }
  }

  form.addEventListener("input", () => {
    setAside();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  setAside();
})();
