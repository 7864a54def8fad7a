// Suggests pages while a query is typed. The form works without this script.
const field = document.querySelector("input[data-typing]");
if (field) {
  const form = field.form;
  const list = document.createElement("ul");
  list.className = "search-typing";
  list.hidden = true;
  list.setAttribute("aria-label", field.dataset.label);
  const said = document.createElement("p");
  said.className = "search-said";
  said.setAttribute("role", "status");
  form.append(list, said);
  let timer, latest;

  const show = (pages) => {
    list.replaceChildren(
      ...pages.map(({ title, url }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = url;
        link.textContent = title;
        item.append(link);
        return item;
      }),
    );
    list.hidden = !pages.length;
    said.textContent = pages.length ? `${field.dataset.label}: ${pages.length}` : "";
  };

  const ask = async () => {
    const words = field.value.trim();
    latest?.abort();
    if (words.length < 3) return show([]);
    latest = new AbortController();
    const body = new URLSearchParams({ q: words });
    const byPost = form.method === "post";
    const address = byPost ? field.dataset.typing : `${field.dataset.typing}?${body}`;
    try {
      const answer = await fetch(address, {
        method: byPost ? "POST" : "GET",
        body: byPost ? body : undefined,
        signal: latest.signal,
      });
      if (answer.ok) show((await answer.json()).pages);
    } catch {
      // A newer question has replaced this one, or there is no connection: the form still works.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show([]);
  });
}
