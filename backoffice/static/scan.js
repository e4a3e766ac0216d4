// Scanning: one field that keeps the focus, a queue that loses nothing, a sound for good and bad.
// A form with data-scan-url sends {code, key} or {undo, key} as JSON; what waits for the server
// stays in the browser until it has been answered. Without this file the form is a plain form.
// It is read before the form, so that a scan made while the page is still coming in waits too.
(() => {
  "use strict";
  const early = [];
  const wait = (event) => {
    const { code } = event.target.elements;
    if (!event.target.dataset.scanUrl || event.submitter?.name || !code.value.trim()) return;
    event.preventDefault();
    early.push(code.value);
    code.value = "";
  };
  document.addEventListener("submit", wait);
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("submit", wait);
    const form = document.querySelector("form[data-scan-url]");
    if (form) start(form, early);
  });

  function start(form, early) {
    const part = (name) => document.querySelector(`[data-scan="${name}"]`);
    const field = form.elements.code;
    const verdict = part("verdict");
    const list = part("rows");
    const pattern = document.getElementById("scan-row");
    const waiting = part("waiting");
    const store = `scan:${form.dataset.scanStore}`;
    const token = form.elements.csrf_token.value;
    const RETRY = 2000;
    const PATIENCE = 60000;
    const SHOWN = 30;

    // --- the queue ---
    let queue = kept();
    let sending = false;
    let trouble = "";

    function kept() {
      try {
        return JSON.parse(localStorage.getItem(store)) || [];
      } catch {
        return [];
      }
    }

    function keep() {
      try {
        if (queue.length) localStorage.setItem(store, JSON.stringify(queue));
        else localStorage.removeItem(store);
      } catch {
        // A full or forbidden store: the queue still stands in memory.
      }
    }

    function newKey() {
      const bytes = crypto.getRandomValues(new Uint8Array(12));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function put(entry) {
      queue.push({ ...entry, key: newKey() });
      keep();
      tellWaiting();
      send();
    }

    function tellWaiting() {
      const word = form.dataset[trouble || "wordWaiting"];
      waiting.hidden = !queue.length || (!trouble && queue.length < 2);
      waiting.textContent = `${word} (${queue.length})`;
      waiting.classList.toggle("bad", Boolean(trouble));
    }

    function again(why) {
      trouble = why;
      tellWaiting();
      setTimeout(() => { sending = false; send(); }, RETRY);
    }

    async function send() {
      if (sending || !queue.length) return;
      sending = true;
      const entry = queue[0];
      let answer;
      let said;
      try {
        answer = await fetch(form.dataset.scanUrl, {
          method: "POST",
          redirect: "manual",
          signal: AbortSignal.timeout?.(PATIENCE),
          headers: { "Content-Type": "application/json", "X-CSRFToken": token },
          body: JSON.stringify(entry),
        });
        if (answer.status >= 500) return again("wordOffline");
        // A page instead of an answer: the session or the form's token has gone.
        const type = answer.headers.get("Content-Type") || "";
        if (!type.startsWith("application/json")) return again("wordSignIn");
        said = await answer.json();
      } catch {
        return again("wordOffline");
      }
      queue.shift();
      keep();
      sending = false;
      trouble = "";
      tellWaiting();
      show(said);
      return send();
    }

    // --- what is said of a scan ---
    function show(said) {
      verdict.className = `scan-verdict tone-${said.tone}`;
      verdict.querySelector("[data-scan-text]").textContent = said.text;
      for (const [name, number] of Object.entries(said.counters || {})) {
        const figure = document.querySelector(`[data-scan-counter="${name}"]`);
        if (figure) figure.textContent = Number(number).toLocaleString("en");
      }
      if (said.rows) list.replaceChildren(...said.rows.slice(0, SHOWN).map(drawRow));
      sound(said.tone === "good");
    }

    function drawRow(row) {
      const item = pattern.content.firstElementChild.cloneNode(true);
      item.classList.add(`tone-${row.tone}`);
      item.querySelector("[data-row-code]").textContent = row.code;
      item.querySelector("[data-row-text]").textContent = row.text;
      for (const act of item.querySelectorAll("button")) {
        if (row[act.name]) {
          act.value = row[act.name];
          act.setAttribute("aria-label", `${act.textContent.trim()} ${row.code}`);
        } else act.remove();
      }
      return item;
    }

    // A browser lets a page sound only once somebody has touched it or typed: the first touch, click
    // or key wakes the sound, and a later one again where a call has put it to sleep.
    let audio;
    function wake() {
      try {
        audio = audio || new AudioContext();
        if (audio.state !== "running") audio.resume().catch(() => {});
      } catch {
        // No sound here; colour, icon and word still say it.
      }
    }
    for (const touch of ["pointerup", "click", "keydown"]) {
      document.addEventListener(touch, wake, { capture: true, passive: true });
    }

    function sound(good) {
      if (navigator.vibrate) navigator.vibrate(good ? 40 : [120, 60, 120]);
      if (!audio || audio.state !== "running") return;
      try {
        tone(audio.currentTime, good ? 1320 : 220, good ? 0.09 : 0.22, good ? "sine" : "square");
        if (!good) tone(audio.currentTime + 0.28, 165, 0.3, "square");
      } catch {
        // No sound here; colour, icon and word still say it.
      }
    }

    function tone(at, pitch, length, shape) {
      const source = audio.createOscillator();
      const volume = audio.createGain();
      source.type = shape;
      source.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      source.connect(volume).connect(audio.destination);
      source.start(at);
      source.stop(at + length);
    }

    // --- what comes in ---
    function take(text) {
      const codes = text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
      if (codes.length) put({ code: codes.join("\n") });
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button && button.name) put({ [button.name]: button.value });
      else if (field.value.trim()) take(field.value);
      field.value = "";
      field.focus();
    });
    field.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!/[\r\n]/.test(text.trim())) return;
      event.preventDefault();
      take(text);
    });

    // --- the field keeps the focus ---
    const busy = (target) =>
      target instanceof Element && target.closest("input, textarea, select, button, a, summary");
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      if (!busy(event.target) && event.key !== "/") field.focus();
    }, true);
    document.addEventListener("click", (event) => { if (!busy(event.target)) field.focus(); });
    window.addEventListener("focus", () => {
      if (document.activeElement === document.body) field.focus();
    });
    window.addEventListener("online", () => send());
    field.focus();

    // --- a phone's camera ---
    const camera = part("camera");
    const video = part("video");
    const FORMATS = [
      "code_128", "code_39", "ean_13", "ean_8", "itf", "codabar", "qr_code", "data_matrix",
    ];
    const LOOK = 150;
    const SAME = 2500;
    const REFUSALS = { NotAllowedError: "wordDenied", NotFoundError: "wordNoCamera" };
    let stream;
    let asking = false;

    class Unable extends Error {
      // `word` names the text that says why, among the form's data.
      constructor(word) {
        super(word);
        this.word = word;
      }
    }

    async function makeReader() {
      if (!window.isSecureContext || !navigator.mediaDevices) throw new Unable("wordInsecure");
      if (!("BarcodeDetector" in window)) throw new Unable("wordNoReader");
      // An Android phone without Google's services has the reader and no format that it reads.
      const known = await BarcodeDetector.getSupportedFormats();
      const formats = FORMATS.filter((format) => known.includes(format));
      if (!formats.length) throw new Unable("wordNoReader");
      return new BarcodeDetector({ formats });
    }

    async function startCamera() {
      const reader = await makeReader();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      camera.setAttribute("aria-pressed", "true");
      look(reader, new Map(), new Set());
    }

    // A code counts when two looks in a row read it: a bar code half in sight reads as a shorter
    // one. A box shows several at once, and each is taken once while it stays in sight.
    async function look(reader, taken, before) {
      if (!stream) return;
      const seen = new Set();
      try {
        for (const { rawValue } of await reader.detect(video)) seen.add(rawValue);
      } catch (error) {
        if (error.name === "NotSupportedError") return tellUnable(new Unable("wordNoReader"));
      }
      const now = performance.now();
      for (const code of seen) {
        const isNew = now - (taken.get(code) ?? -SAME) >= SAME;
        if (before.has(code) && isNew) take(code);
        if (before.has(code)) taken.set(code, now);
      }
      setTimeout(look, LOOK, reader, taken, seen);
    }

    function stopCamera() {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = undefined;
      video.srcObject = null;
      video.hidden = true;
      camera.setAttribute("aria-pressed", "false");
    }

    function tellUnable(error) {
      stopCamera();
      verdict.className = "scan-verdict tone-bad";
      const word = error.word || REFUSALS[error.name] || "wordCamera";
      verdict.querySelector("[data-scan-text]").textContent = form.dataset[word];
    }

    async function turnCamera() {
      if (asking) return;
      asking = true;
      if (stream) stopCamera();
      else await startCamera().catch(tellUnable);
      asking = false;
    }

    // A desk with a scanner needs no button that only says that it cannot.
    if ("BarcodeDetector" in window || matchMedia("(pointer: coarse)").matches) {
      camera.hidden = false;
      camera.addEventListener("click", turnCamera);
      document.addEventListener("visibilitychange", () => { if (document.hidden) stopCamera(); });
    }

    // What an earlier visit could not send goes first.
    send();
    early.forEach(take);
    form.dataset.scanReady = "";
  }
})();
