// Counting cash: the notes are added up as they are typed. The page works without this file.
(() => {
  "use strict";
  for (const group of document.querySelectorAll("[data-sum]")) {
    const inputs = group.querySelectorAll("input[data-fen]");
    const total = group.parentElement.querySelector(`[data-total="${group.dataset.sum}"]`);
    const add = () => {
      let fen = 0;
      for (const input of inputs) {
        const pieces = /^\d{1,6}$/.test(input.value.trim()) ? Number(input.value.trim()) : 0;
        fen += pieces * Number(input.dataset.fen);
      }
      const yuan = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
      total.textContent = `${yuan}.${String(fen % 100).padStart(2, "0")}`;
    };
    group.addEventListener("input", add);
    add();
  }
  const shown = (fen) => {
    const size = Math.abs(fen);
    const yuan = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${fen < 0 ? "\u2212" : ""}${yuan}.${String(size % 100).padStart(2, "0")}`;
  };
  // Matching: both sides and the gap between them, as they are ticked.
  for (const form of document.querySelectorAll("[data-match]")) {
    const totals = form.querySelectorAll("[data-total]");
    const add = () => {
      const sums = { books: 0, bank: 0 };
      for (const tick of form.querySelectorAll("[data-side]:checked")) {
        sums[tick.dataset.side] += Number(tick.dataset.fen);
      }
      sums.gap = sums.bank - sums.books;
      for (const total of totals) total.textContent = shown(sums[total.dataset.total]);
    };
    form.addEventListener("change", add);
    add();
  }
  // Calling out: what to give back, while it is typed. The server works it out again.
  for (const form of document.querySelectorAll("[data-change]")) {
    const fen = (name) => {
      const typed = form.elements[name].value.trim().replaceAll(",", "");
      return /^\d{1,10}(\.\d{1,2})?$/.test(typed) ? Math.round(Number(typed) * 100) : null;
    };
    const line = form.querySelector(".change-shown");
    const tell = () => {
      const due = fen("due"), received = fen("tendered");
      line.hidden = due === null || received === null || received < due;
      if (!line.hidden) line.querySelector("output").textContent = shown(received - due);
    };
    form.addEventListener("input", tell);
    tell();
  }
})();
