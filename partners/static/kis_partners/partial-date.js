// Shows a partial date in words, or its error, below the field. The server is asked when typing
// pauses, because it has the rules.
(() => {
  const PAUSE = 300; // milliseconds

  function tell(output, text, wrong) {
    output.toggleAttribute("data-wrong", wrong);
    if (output.textContent !== text) output.textContent = text;
  }

  async function ask(input, output) {
    const value = input.value.trim();
    if (!value) return tell(output, "", false);
    const url = `${output.dataset.kisWords}&value=${encodeURIComponent(value)}`;
    try {
      const answer = await (await fetch(url, { headers: { Accept: "application/json" } })).json();
      if (input.value.trim() === value) tell(output, answer.words || answer.error, !answer.words);
    } catch {
      tell(output, "", false);
    }
  }

  const timers = new WeakMap();
  document.addEventListener("input", (event) => {
    const output = event.target.parentElement?.querySelector(":scope > [data-kis-words]");
    if (!output) return;
    clearTimeout(timers.get(event.target));
    timers.set(event.target, setTimeout(() => ask(event.target, output), PAUSE));
  });
})();
