// A client that is typed by the document alone. `tsc` fails where the document lacks something
// that is used here, the run fails where the server answers something else.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

// JSON and problems; JSON-LD has no type of its own here.
type Media = "application/json" | "application/problem+json";

type Schemas = components["schemas"];
type Cooperation =
  | Schemas["kis_partners.PartnerPage"]
  | Schemas["kis_partners.NetworkPage"]
  | Schemas["kis_partners.ExchangeProgrammePage"];

function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`missing: ${what}`);
  return value;
}

function same(found: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** The facts of a cooperation, which the kind tells apart. */
function facts(item: Cooperation): string[] {
  switch (item.kind) {
    case "partner":
      return item.organisation ? [item.organisation.name] : [];
    case "network":
      return [item.level, ...item.members.map((member) => member.name)];
    case "exchange":
      return item.countries.map((country) => country.code);
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
  const querySerializer = { array: { style: "form", explode: false } } as const;
  const client = createClient<paths, Media>({ baseUrl, querySerializer });

  const locales = must((await client.GET("/locales/")).data, "locales");
  same(locales.items.map((locale) => locale.code).sort(), ["de", "en", "lv", "sk"], "languages");

  for (const locale of ["de", "en", "sk", "lv"] as const) {
    const { data } = await client.GET("/cooperations/", {
      params: { query: { locale, limit: 100, order: ["since", "-title"] } },
    });
    const list = must(data, "cooperations");
    // Without `fields`, an item is whole.
    const items = list.items as Cooperation[];
    same(items.length, list.meta.total_count, "number of cooperations");
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
    for (const item of list.items) seen.push(must(item.id, "id"));
    cursor = list.meta.next ? (new URL(list.meta.next).searchParams.get("cursor") ?? undefined) : undefined;
  } while (cursor);
  same(new Set(seen).size, 64, "pages by cursor");

  const one = await client.GET("/pages/{pk}/", {
    params: { path: { pk: must(seen[0], "a page") }, query: { fields: "_,id,title" } },
  });
  same(Object.keys(must(one.data, "a page")), ["id", "title"], "selected fields");

  const wrong = await client.GET("/cooperations/", { params: { query: { locale: "de", cursor: "x" } } });
  const problem = must(wrong.error, "an error");
  same(wrong.response.status, 400, "status of an error");
  if (!("detail" in problem) || !problem.detail.includes("cursor")) throw new Error("no problem");
  console.log(`${seen.length} pages, ${locales.items.length} languages`);
}

main(must(process.argv[2], "the address of the API")).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
