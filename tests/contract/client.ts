// A client that is typed by the document alone. `tsc` fails where the document lacks something
// that is used here, the run fails where the server answers something else.
import createClient from "openapi-fetch";
import type { paths } from "./api";

// JSON and problems; JSON-LD has no type of its own here.
type Media = "application/json" | "application/problem+json";

type Listed = paths["/cooperations/"]["get"]["responses"][200]["content"]["application/json"];
type Cooperation = Listed["items"][number];
type Page = paths["/pages/{pk}/"]["get"]["responses"][200]["content"]["application/json"];
type Query = NonNullable<paths["/cooperations/"]["get"]["parameters"]["query"]>;
type Language = NonNullable<Query["locale"]>;

const LANGUAGES: Language[] = ["de", "en", "sk", "lv"];

function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`missing: ${what}`);
  return value;
}

function same(found: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** The facts of a cooperation, which its type tells apart. */
function facts(item: Cooperation): string[] {
  switch (item.type) {
    case "kis_partners.PartnerPage":
      return item.organisation ? [item.organisation.name, item.basis] : [];
    case "kis_partners.NetworkPage":
      return [item.level, ...item.members.map((member) => member.name)];
    case "kis_partners.ExchangeProgrammePage":
      return item.countries.map((country) => country.code);
  }
}

/** What is beside the title of a page of any type. */
function beside(page: Page): string {
  switch (page.type) {
    case "home.HomePage":
    case "home.StandardPage":
    case "kis_partners.CooperationIndexPage":
      return page.meta.html_url ?? "";
    case "kis_mirror.MirroredPage":
      return page.source_url;
    default:
      return facts(page).join(", ");
  }
}

/** The words of a page, block by block, by the type of the block. */
function words(item: Cooperation): string[] {
  return item.body.map((block) => {
    switch (block.type) {
      case "heading":
        return block.value.text;
      case "paragraph":
        return block.value;
      case "links":
        return block.value.links.map((link) => `${link.title}: ${link.url}`).join("\n");
      case "document":
        return block.value ? `${block.value.title} (${block.value.language})` : "";
      default:
        return block.type;
    }
  });
}

async function main(baseUrl: string): Promise<void> {
  // Several values have commas between them, as the document says of every such parameter.
  const client = createClient<paths, Media>({
    baseUrl,
    querySerializer: { array: { style: "form", explode: false } },
  });

  const locales = must((await client.GET("/locales/")).data, "locales");
  same(locales.items.map((locale) => locale.code).sort(), ["de", "en", "lv", "sk"], "languages");

  for (const locale of LANGUAGES) {
    const query: Query = { locale, limit: 100, order: ["since", "-title"] };
    const { data } = await client.GET("/cooperations/", { params: { query } });
    const { items, meta } = must(data, "cooperations");
    same(items.length, meta.total_count, "number of cooperations");
    for (const item of items) {
      same(item.meta.language.served, locale, `language of ${item.title}`);
      same(item.meta.translations[locale]?.id, item.id, `translations of ${item.title}`);
    }
    const kinds = new Set(items.map((item) => item.kind));
    same([...kinds].sort(), ["exchange", "network", "partner"], "kinds");
    if (!items.flatMap(facts).length) throw new Error("no facts");
    if (!items.flatMap(words).length) throw new Error("no words");
  }

  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await client.GET("/pages/", { params: { query: { limit: 7, cursor } } });
    const list = must(data, "pages");
    for (const item of list.items) seen.push(item.id);
    cursor = list.meta.next ? (new URL(list.meta.next).searchParams.get("cursor") ?? undefined) : undefined;
  } while (cursor);
  same(new Set(seen).size, 64, "pages by cursor");

  // The same by the feed: whatever is there, each page with its type.
  const types = new Set<string>();
  let since: string | undefined;
  let more = true;
  while (more) {
    const { data } = await client.GET("/changes/", { params: { query: { since, limit: 50 } } });
    const feed = must(data, "changes");
    for (const change of feed.changes) {
      if (change.action === "delete") throw new Error(`${change.reason} in a first reading`);
      types.add(change.item.type);
    }
    since = feed.meta.next;
    more = feed.meta.has_more;
  }
  same(types.size, 6, "types of pages");

  // Who looks a page up is led to it, and gets it whole.
  const home = must((await client.GET("/site/")).data, "site").items[0]?.home;
  const html_path = must(must(home, "home").html_url, "address");
  const found = must((await client.GET("/pages/find/", { params: { query: { html_path } } })).data, "found");
  same(beside(found), html_path, "page by its address");

  const one = await client.GET("/pages/{pk}/selected/", {
    params: { path: { pk: found.id }, query: { fields: "_,id,title" } },
  });
  const selected = must(one.data, "a page");
  same(Object.keys(selected), ["id", "title"], "selected fields");
  same(must(selected.title, "title"), found.title, "selected title");

  const wrong = await client.GET("/cooperations/", { params: { query: { locale: "de", cursor: "x" } } });
  const problem = must(wrong.error, "an error");
  same(wrong.response.status, 400, "status of an error");
  if (!problem.detail.includes("cursor")) throw new Error("no problem");
  same(problem.parameter, "cursor", "the parameter of an error");
  console.log(`${seen.length} pages, ${locales.items.length} languages`);
}

main(must(process.argv[2], "the address of the API")).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
