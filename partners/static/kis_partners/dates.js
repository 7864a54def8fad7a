// Reads dates and times as people write them, in every field with Wagtail's date picker, and says
// below the field what is understood. What is understood goes to the server as the picker writes
// it; anything else stays as it is typed, for the server to refuse. The rules are those of
// partners/words/reading.py, which also gives what depends on the language.
(() => {
  const PAUSE = 600; // milliseconds of typing nothing until a text counts as wrong
  const rules = JSON.parse(document.getElementById("kis-dates").textContent);
  const { locale, monthFirst, refusals } = rules;
  const known = new Set(rules.fillers);
  const months = new Map(Object.entries(rules.months));
  const own = new DateFormatter();

  const plain = (text) => text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

  function monthOf(word) {
    if (months.has(word) || word.length < 3) return months.get(word);
    const found = new Set([...months].filter(([name]) => name.startsWith(word)).map(([, month]) => month));
    return found.size === 1 ? [...found][0] : undefined;
  }

  function readDay(text, monthLeads) {
    const iso = text.match(/^(\d{4})-(\d\d)-(\d\d)$/);
    if (iso) return iso.slice(1).map(Number);
    const parts = text.match(/[0-9]+|\p{L}+/gu) || [];
    if (text[4] === "-" || !/^[\s.,/-]*$/.test(text.replace(/[0-9]+|\p{L}+/gu, ""))) return null;
    const figures = parts.filter((part) => /^\d/.test(part));
    const words = parts.filter((part) => !/^\d/.test(part) && !known.has(part));
    const place = figures.findIndex((figure) => figure.length === 4);
    const others = figures.filter((figure) => figure.length < 3).map(Number);
    if (place < 0 || figures.length !== others.length + 1) return null;
    const year = Number(figures[place]);
    if (words.length) {
      const month = words.length === 1 && others.length === 1 && monthOf(words[0]);
      return month ? [year, month, others[0]] : null;
    }
    if (others.length !== 2 || place === 1) return null;
    return place === 0 || monthLeads ? [year, ...others] : [year, others[1], others[0]];
  }

  function readTime(text) {
    const match = text.match(/(?:^|[\s,t])(\d{1,2})(?:[:.](\d\d))?\s*([a-z.]*)$/);
    const after = match ? match[3].replaceAll(".", "") : "";
    const half = ["am", "pm"].includes(after);
    if (!match || ((after || !match[2]) && !half && !known.has(after))) return [text, null];
    const hour = half ? (match[1] % 12) + (after === "pm" ? 12 : 0) : Number(match[1]);
    return [text.slice(0, match.index), [hour, Number(match[2] || 0)]];
  }

  const kindOf = (format) => (/[Hhi]/.test(format) ? (/[dj]/.test(format) ? "datetime" : "time") : "date");

  function read(text, format) {
    const kind = kindOf(format);
    const figures = format.replace(/[^dmY]/g, "");
    const monthLeads = figures.startsWith("Y") ? monthFirst : figures.startsWith("m");
    const [rest, time] = kind === "date" ? [plain(text), null] : readTime(plain(text));
    if (kind === "time" ? rest || !time : !rest) return null;
    const [hour, minute] = time || [0, 0];
    if (hour > 23 || minute > 59) return null;
    if (kind === "time") return new Date(2000, 0, 1, hour, minute);
    const day = readDay(rest, monthLeads);
    if (!day || !day[0]) return null;
    const date = new Date(day[0], day[1] - 1, day[2], hour, minute);
    date.setFullYear(day[0]); // 99 is not 1999.
    return date.getMonth() === day[1] - 1 && date.getDate() === day[2] ? date : null;
  }

  function understand(text, format) {
    const exact = own.parseDate(text, format);
    return exact && own.formatDate(exact, format) === text ? exact : read(text, format);
  }

  const formatOf = (input) => jQuery.data(input, "xdsoft_datetimepicker")?.data("options").format;

  function outputOf(input) {
    let output = input.nextElementSibling;
    if (!output?.matches("[data-kis-date]")) {
      output = document.createElement("output");
      output.className = "kis-date-words";
      output.dataset.kisDate = "";
      output.id = `${input.id || input.name}-words`;
      output.setAttribute("role", "status");
      input.after(output);
      const described = input.getAttribute("aria-describedby") || "";
      input.setAttribute("aria-describedby", `${described} ${output.id}`.trim());
    }
    return output;
  }

  function say(input, text, wrong) {
    const output = outputOf(input);
    output.toggleAttribute("data-wrong", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (output.textContent !== text) output.textContent = text;
  }

  const styles = {
    date: { dateStyle: "long" },
    datetime: { dateStyle: "long", timeStyle: "short" },
    time: { timeStyle: "short" },
  };
  const timers = new WeakMap();

  function show(input, pause = 0) {
    const format = formatOf(input);
    if (!format) return;
    clearTimeout(timers.get(input));
    const text = input.value.trim();
    const date = text && understand(text, format);
    if (date) {
      say(input, new Intl.DateTimeFormat(locale, styles[kindOf(format)]).format(date), false);
    } else {
      say(input, "", false);
      const refusal = refusals[kindOf(format)].replace("%(value)s", () => text);
      if (text) timers.set(input, setTimeout(() => say(input, refusal, true), pause));
    }
  }

  // The picker would put today in the place of what it can't read.
  jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
  // It opens a moment after its field was entered: whoever has gone on by then has it in their way.
  jQuery.fn.datetimepicker.defaults.onShow = (_moment, input) => input.get(0) === document.activeElement;
  const formatter = {
    parseDate: understand,
    formatDate: (date, format) => own.formatDate(date, format),
  };

  const showAll = () => document.querySelectorAll("input").forEach((input) => input.value && show(input));
  document.addEventListener("DOMContentLoaded", showAll);
  document.addEventListener("w-dialog:shown", showAll);
  document.addEventListener("focusin", ({ target }) => {
    if (!formatOf(target)) return;
    jQuery.datetimepicker.setDateFormatter(formatter);
    if (target.value) show(target);
  }, true);
  document.addEventListener("input", ({ target }) => {
    if (!formatOf(target)) return;
    jQuery(target).datetimepicker("hide"); // It shows another date than the one that is typed.
    show(target, PAUSE);
  });
  document.addEventListener("change", ({ target }) => show(target));
  document.addEventListener("formdata", ({ target, formData }) => {
    for (const input of target.elements) {
      const format = formatOf(input);
      const date = format && formData.has(input.name) && understand(input.value.trim(), format);
      if (date) formData.set(input.name, own.formatDate(date, format));
    }
  });
})();
