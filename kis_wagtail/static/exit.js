// The exit control. It is a plain link without this script.
"use strict";
(() => {
  const control = document.getElementById("exit");
  const status = document.getElementById("exit-status");
  const hint = document.getElementById("exit-hint");
  const WAIT = 5000; // milliseconds between two presses of Shift
  let presses = 0;
  let alone = false; // Shift is held, and nothing else was pressed with it
  let timer = 0;
  let cover = null;
  if (!control) return;

  function show(count, text) {
    presses = count;
    if (count) control.dataset.presses = count;
    else delete control.dataset.presses;
    status.textContent = text;
  }

  function leave() {
    if (cover) return;
    clearTimeout(timer);
    cover = document.createElement("div");
    cover.className = "cover";
    cover.setAttribute("role", "alert");
    cover.setAttribute("aria-label", control.dataset.leaving);
    document.body.append(cover);
    document.documentElement.classList.add("leaving");
    location.replace(control.href);
  }

  function expire() {
    show(0, control.dataset.expired);
    timer = setTimeout(() => show(0, ""), WAIT);
  }

  function press() {
    clearTimeout(timer);
    if (presses === 2) {
      leave();
      return;
    }
    show(presses + 1, control.dataset[`pressed-${presses + 1}`] || "");
    timer = setTimeout(expire, WAIT);
  }

  control.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") alone = false;
    else if (!event.repeat) alone = !(event.altKey || event.ctrlKey || event.metaKey);
  });
  document.addEventListener("pointerdown", () => { alone = false; });
  document.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && alone) press();
    if (event.key === "Shift") alone = false;
  });
  window.addEventListener("pageshow", () => {
    clearTimeout(timer);
    if (cover) cover.remove();
    cover = null;
    document.documentElement.classList.remove("leaving");
    show(0, "");
  });
  hint.hidden = false;
})();
