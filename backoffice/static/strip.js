// The strip by keyboard: arrows go from number to number, and what is pointed at is told above.
// Without this file each number is a link with its own title.
(() => {
  "use strict";
  const told = document.querySelector("[data-told]");
  const numbers = [...document.querySelectorAll("[data-cells] a")];
  if (!told || !numbers.length) return;

  const tell = (target) => {
    const one = target.closest && target.closest("[data-cells] a");
    if (one) told.textContent = one.getAttribute("aria-label");
  };
  document.addEventListener("focusin", (event) => tell(event.target));
  document.addEventListener("mouseover", (event) => tell(event.target));

  // One stop for the tabulator, the arrows do the rest.
  const start = numbers.find((one) => one.hasAttribute("aria-current")) || numbers[0];
  for (const one of numbers) one.tabIndex = one === start ? 0 : -1;
  if (start.hasAttribute("aria-current")) tell(start);

  // The nearest number of the line above or below.
  function beside(one, down) {
    const from = one.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const other of numbers) {
      const to = other.getBoundingClientRect();
      const rows = down ? to.top - from.top : from.top - to.top;
      if (rows < from.height / 2) continue;
      const far = rows * 100 + Math.abs(to.left - from.left);
      if (far < least) {
        least = far;
        best = other;
      }
    }
    return best;
  }

  function next(one, key) {
    const at = numbers.indexOf(one);
    if (key === "ArrowRight") return numbers[at + 1];
    if (key === "ArrowLeft") return numbers[at - 1];
    if (key === "Home") return numbers[0];
    if (key === "End") return numbers[numbers.length - 1];
    if (key === "ArrowDown" || key === "ArrowUp") return beside(one, key === "ArrowDown");
    return undefined;
  }

  document.addEventListener("keydown", (event) => {
    const one = event.target.closest("[data-cells] a");
    if (!one || event.ctrlKey || event.metaKey || event.altKey) return;
    const other = next(one, event.key);
    if (other === undefined) return;
    event.preventDefault();
    if (!other) return;
    one.tabIndex = -1;
    other.tabIndex = 0;
    other.focus();
  });
})();
