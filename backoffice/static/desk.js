// The live bits: "/" searches, Esc goes back, a scan opens what was scanned, files can be dropped.
// Every page works without this file.
(() => {
  "use strict";
  const find = document.getElementById("find");
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // A scanner types faster than a hand and ends with Enter.
  const SCAN_GAP = 45;
  const SCAN_LEAST = 6;
  let scanned = "";
  let last = 0;

  function open(words) {
    find.value = words;
    find.form.requestSubmit();
  }

  function goBack() {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    const steps = document.querySelectorAll(".trail a");
    if (steps.length) steps[steps.length - 1].click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      if (typing(event.target)) event.target.blur();
      else goBack();
      return;
    }
    if (!find || typing(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      find.focus();
      find.select();
      return;
    }
    const quick = event.timeStamp - last < SCAN_GAP;
    last = event.timeStamp;
    if (event.key === "Enter" && quick && scanned.length >= SCAN_LEAST) {
      event.preventDefault();
      open(scanned);
    } else if (event.key.length === 1) {
      scanned = quick ? scanned + event.key : event.key;
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // On a phone the desks stand in one row that scrolls: the one that is open is to be seen.
  const here = document.querySelector(".side a[aria-current]");
  if (here) {
    const row = here.closest("ul");
    row.scrollLeft = here.offsetLeft + here.offsetWidth - row.clientWidth + here.offsetWidth / 2;
  }

  const drop = document.querySelector(".drop");
  if (drop) {
    const input = drop.querySelector("input[type=file]");
    const withFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
    const over = (event) => {
      if (!withFiles(event)) return;
      event.preventDefault();
      drop.classList.add("over");
    };
    document.addEventListener("dragenter", over);
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (!withFiles(event)) return;
      event.preventDefault();
      drop.classList.remove("over");
      input.files = event.dataTransfer.files;
      drop.requestSubmit();
    });
    input.addEventListener("change", () => {
      if (input.files.length) drop.requestSubmit();
    });
  }

  // On a phone the desks are a row that scrolls: the one open is in sight.
  const desk = document.querySelector('.side [aria-current="page"]');
  if (desk) {
    const row = desk.closest("ul");
    row.scrollLeft = desk.offsetLeft - (row.clientWidth - desk.offsetWidth) / 2;
  }

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || event.target.method !== "post" || !button || event.target.dataset.download) return;
    setTimeout(() => { button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });
})();
