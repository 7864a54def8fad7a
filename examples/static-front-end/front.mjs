// A front end in plain Node, without dependencies: it reads the API and writes one HTML file a
// page. `serve` shows these files, and previews of drafts for editors.
//
//   node front.mjs build API FOLDER        for example: http://127.0.0.1:8000/api/v2 dist
//   node front.mjs serve API FOLDER PORT
import { createServer } from "node:http";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";

const [command, api, folder, port] = process.argv.slice(2);

const escape = (text) =>
  String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const link = (url, text, lang) =>
  `<a href="${escape(url)}"${lang ? ` lang="${lang}" hreflang="${lang}"` : ""}>${escape(text)}</a>`;

async function ask(path) {
  const response = await fetch(`${api}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function allPages() {
  const pages = [];
  for (;;) {
    const { items, meta } = await ask(`pages/?limit=100&offset=${pages.length}`);
    pages.push(...items);
    if (!items.length || pages.length >= meta.total_count) break;
  }
  return Promise.all(pages.map((page) => ask(`pages/${page.id}/`)));
}

// How each block of a text looks. Rich text comes as HTML whose links are absolute.
const blocks = {
  heading: ({ level, text }) => `<${level}>${escape(text)}</${level}>`,
  paragraph: (html) => html,
  quote: ({ text, source }) => `<blockquote><p>${escape(text)}</p></blockquote>
    <p>${escape(source)}</p>`,
  callout: ({ title, text }) => `<aside><strong>${escape(title)}</strong>${text}</aside>`,
  activity: ({ title, rhythm, text }) =>
    `<p><strong>${escape(title)}</strong> ${escape(rhythm)}</p>${text}`,
  group: ({ name, text }) => `<p><strong>${escape(name)}</strong></p>${text}`,
  document: (file) => (file ? `<p>${link(file.url, file.title)}</p>` : ""),
  image: (image) => image
    ? `<img src="${escape(image.url)}" width="${image.width}" height="${image.height}" alt="${escape(image.alt)}">`
    : "",
  links: ({ heading, links }) => `<h3>${escape(heading)}</h3>
    <ul>${links.filter((one) => one.url).map((one) => `<li>${link(one.url, one.title)}</li>`).join("")}</ul>`,
};
const render = (stream) =>
  (stream ?? []).map(({ type, value }) => (blocks[type] ? blocks[type](value) : "")).join("\n");

// What stands around every page of a language. Whom to call and the way out come first.
const list = (links) => `<ul>${links.map((one) => `<li>${one}</li>`).join("")}</ul>`;
const number = ({ uri, number, name, hours }) =>
  `${link(uri, number)} ${escape(name)}${hours ? ` (${escape(hours)})` : ""}`;
const pageLink = (page) => link(page.html_url, page.title);

function frame(site, title, main) {
  const { exit, emergency_numbers: numbers } = site;
  const top = numbers.filter((one) => one.at_top);
  const rest = numbers.filter((one) => !one.at_top);
  return `<!doctype html>
<html lang="${site.locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>${escape(exit.neutral_title ?? title)}</title></head>
<body>
<header>
<p><a href="${escape(exit.target)}" rel="noreferrer">${escape(exit.label)}</a></p>
${list(top.map(number))}
<nav>${list([site.home, ...site.menu].map(pageLink))}</nav>
</header>
${main}
<footer>
${list(rest.map((one) => `${escape(one.country.name)}: ${number(one)}`))}
${list(site.legal.map((one) => pageLink(one.page)))}
</footer>
</body>
</html>
`;
}

function html(page, pages, sites) {
  const { locale, translation_key: key, translation_state: state } = page.meta;
  const versions = pages.filter((one) => one.meta.translation_key === key);
  const below = pages.filter((one) => one.meta.parent?.id === page.id);
  const contacts = (page.contacts ?? []).map(({ role, name, locale: lang }) =>
    `<li><span lang="${lang}">${escape(role)}</span>${name ? `: ${escape(name)}` : ""}</li>`);
  return frame(sites[locale], page.title, `<nav>${versions.map((one) => link(one.meta.html_url, one.meta.locale, one.meta.locale)).join(" ")}</nav>
<main${state && !state.reviewed ? ' data-reviewed="false"' : ""}>
<h1>${escape(page.title)}</h1>
${page.lead ? `<p>${escape(page.lead)}</p>` : ""}
${page.period ? `<p>${escape(page.period.text)}</p>` : ""}
${render(page.body)}
${render(page.activities)}
${contacts.length ? `<ul>${contacts.join("")}</ul>` : ""}
${below.length ? `<ul>${below.map((one) => `<li>${link(one.meta.html_url, one.title)}</li>`).join("")}</ul>` : ""}
</main>`);
}

async function allSites() {
  const { items } = await ask("site/");
  return Object.fromEntries(items.map((site) => [site.locale, site]));
}

async function build() {
  const [pages, sites] = await Promise.all([allPages(), allSites()]);
  for (const page of pages) {
    const place = join(folder, new URL(page.meta.html_url).pathname);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "index.html"), html(page, pages, sites));
  }
  console.log(`${pages.length} pages`);
}

// A draft, with Wagtail's user bar: the editor's panel asks it for the results of the checks.
async function preview(query) {
  const page = html(await ask(`page_preview/?${query}`), [], await allSites());
  const bar = await fetch(`${api}/page_preview/userbar/?${query}`);
  return bar.ok ? `${page}\n${await bar.text()}` : page;
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  try {
    const body = pathname === "/preview/"
      ? await preview(searchParams)
      : await readFile(join(folder, normalize(decodeURIComponent(pathname)), "index.html"));
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end("There is no such page.");
  }
}

if (command === "build") await build();
else if (command === "serve") createServer(answer).listen(Number(port), "127.0.0.1");
else {
  console.error("front.mjs build|serve API FOLDER [PORT]");
  process.exitCode = 2;
}
