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
})();
