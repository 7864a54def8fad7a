"""Every way to ask for something; a new endpoint needs questions here.

A question is an address below ``/api/v2/``, or one that begins with a slash. In braces stand ids of
the site that is asked; see ``World.questions``.
"""

from urllib.parse import quote

MARK = "zqxm"
PK = 987654321


def words(name):
    """Three words that stand nowhere else."""
    return f"{MARK}{name}a {MARK}{name}b {MARK}{name}c"


LANGUAGE_QUERIES = [
    "", "&fields=*", "&include_aliases=true&fields=*", "&locale=de", "&locale=sk",
    "&locale=lv&include_aliases=true", "&locale=lv&fallback=sk,de", "&locale=en&fallback=lv,sk,de",
    "&min_state=complete", "&min_state=source", "&rich_text_format=markdown&fields=*",
    "&rich_text_format=text&fields=*", "&renditions=small,square&fields=*",
]  # fmt: skip
SEARCHES = [
    "titel", "preklad", "slug", "seo", "beschreibung", "vorspann", "zweck", "region", "zeit",
    "grundlage", "text", "bild", "foto", "datei", "thema", "verein", "amtlich", "rolle", "name",
    "entwurf",
]  # fmt: skip
PAGE_ORDERS = ["id", "-id", "title", "-slug", "first_published_at", "-last_published_at,title"]
NESTED = [
    "fields=*", "fields=*&rich_text_format=markdown", "fields=*&rich_text_format=text",
    "fields=_,related(*)", "fields=_,related(title,html_url)", "fields=_,body(value,type)",
    "fields=_,translations(*)", "fields=_,parent(*)", "fields=_,alias_of(*)", "fields=_,topics(*)",
    "fields=_,contacts(*)", "fields=_,contacts(photo(*),organisation(*))", "fields=_,downloads(*)",
    "renditions=small,square",
]  # fmt: skip
OWN = ["", "?fields=*", "?locale=de", "?locale=sk", "?locale=lv&fallback=sk", "?fields=_,title"]

THINGS = [
    "?limit=100", "?locale=de", "?locale=sk&limit=100", "?locale=sk&fallback=de&limit=100",
    "?min_state=source&limit=100", "?fields=_,cooperations&limit=100", "?limit=2&order=-id",
    "?renditions=small,square&limit=100",
]  # fmt: skip

#: Files themselves: renditions as pages and items show them, a document, and originals.
MEDIA = [
    "/media/{img_shown}", "/media/{photo_shown}", "/documents/{doc}/{doc_name}",
    "/media/documents/{doc_name}", "/media/{img_file}", "/media/{photo_file}",
]  # fmt: skip
#: The endpoints of which fields can be selected.
SELECTED = [
    "pages", "cooperations", "redirects", "images", "documents", "topics", "organisations",
    "people",
]  # fmt: skip
QUESTIONS = [
    "locales/",
    "redirects/",
    "site/",
    "site/?locale=sk",
    *(f"{name}/{query}" for name in ("topics", "organisations", "people") for query in THINGS),
    "topics/{topic_id}/", "topics/find/?id={topic_id}", "topics/find/?translation_key={topic}",
    f"topics/?name={quote(words('thema'))}", "topics/?id__in={topic_id},{sk_topic}",
    "organisations/{org_id}/", "organisations/find/?id={org_id}",
    "organisations/find/?translation_key={org}&locale=lv&fallback=de",
    f"organisations/?short_name={MARK}kurz", f"organisations/?city__gte={MARK}ort",
    "organisations/?country=IS", "organisations/?order=-official_name&limit=2",
    "people/{person}/", "people/find/?id={person}", "people/find/?translation_key={person_key}",
    f"people/?role={quote(words('rolle'))}", "people/?fields=_,name,email,photo(*)",
    "people/?order=-role&limit=1",
    "countries/", "countries/?locale=sk",
    *(f"search/?search={MARK}{name}a&limit=50" for name in SEARCHES),
    f"search/?search={MARK}preklada&locale=sk",
    f"search/?search={MARK}titel&typing=true",
    "search/?search=Kooperationen&topic={key}",
    "",
    "redirects/{redirect}/",
    "redirects/find/?id={redirect}",
    "changes/",
    "changes/?locale=sk",
    "changes/?include=things&limit=500",
    "changes/?include=things&locale=de,sk&limit=500",
    "changes/?type=kis_partners.PartnerPage&locale=de,sk",
    "openapi.json",
    "docs/",
    *(
        f"{endpoint}/?limit=100{query}"
        for endpoint in ("pages", "cooperations")
        for query in LANGUAGE_QUERIES
    ),
    *(
        f"pages/?limit=100&fields=*&type={model}"
        for model in (
            "kis_partners.PartnerPage", "kis_partners.NetworkPage", "home.StandardPage",
            "kis_partners.ExchangeProgrammePage", "kis_partners.CooperationIndexPage",
            "home.HomePage", "kis_partners.CooperationPage",
            "kis_partners.PartnerPage,kis_partners.NetworkPage",
        )
    ),
    *(
        f"{endpoint}/?{query}"
        for endpoint in ("pages", "cooperations")
        for query in (
            "translation_key={key}", "translation_key__in={key},{host_key}", "slug={slug}",
            "slug__gte={slug}", "slug={sk_slug}", "title={title}", "title__lte={title}", "id={pk}",
            "id__in={pk},{sk},{lv}", "id__gte={pk}", "child_of={pk}", "descendant_of={pk}",
            "ancestor_of={pk}", "ancestor_of={sk}", "translation_of={pk}", "translation_of={sk}",
            "child_of={pk}&locale=sk&fallback=de", "child_of={index}", "descendant_of={index}",
            "child_of={index}&locale=sk&fallback=de,lv", "offset=1&limit=2", "limit=1&order=-id",
            "search={slug}", "search={key}",
            *(f"order={order}" for order in PAGE_ORDERS),
            *(f"order={order}&limit=3&offset=9" for order in PAGE_ORDERS),
            f"search={MARK}titela+{MARK}seoa+Offener&search_operator=or",
            "search=Musterverein&limit=100", "search=Offener",
            "last_published_at__gte=2020-01-01&limit=1", "first_published_at__lte=2000-01-01",
        )
    ),
    *(
        f"cooperations/?{query}"
        for query in (
            "since=1907", "since__lte=1950", "since__gte=1900", "order=since", "order=-since",
            "kind=partner", "kind=network", "kind__in=partner,exchange", "country=IS",
            "country__in=IS,SK", "topic={topic}", "topic__in={topic}", "organisation={org}",
            "organisation__in={org}", "person={person_key}", "person__in={person_key}",
            "level=local",
            f"region={quote(words('region'))}",
            f"lead={MARK}vorspanna+{MARK}vorspannb+{MARK}vorspannc",
        )
    ),
    f"pages/?type=kis_partners.PartnerPage&lead={MARK}vorspanna+{MARK}vorspannb+{MARK}vorspannc",
    *(f"pages/?search={MARK}{name}a" for name in SEARCHES),
    f"cooperations/?search={MARK}titela", f"cooperations/?search={MARK}vereina",
    f"cooperations/?search={MARK}namea",
    "pages/?type=kis_partners.PartnerPage&basis=law",
    "pages/?type=kis_partners.PartnerPage&order=region",
    *(f"pages/{{{page}}}/{query}" for page in ("pk", "sk", "lv") for query in OWN),
    *(f"cooperations/{{{page}}}/" for page in ("pk", "sk", "lv")),
    *(f"cooperations/{{partner}}/?{query}" for query in NESTED),
    *(
        f"{endpoint}/{{{page}}}/{query}"
        for endpoint in ("pages", "cooperations")
        for page in ("partner", "network", "exchange")
        for query in ("", "?rich_text_format=text")
    ),
    "pages/{index}/?fields=*",
    *(f"{name}/selected/?limit=100&fields=*" for name in SELECTED),
    "pages/{pk}/selected/?fields=*", "cooperations/{pk}/selected/?fields=*",
    "redirects/{redirect}/selected/?fields=*", "images/{img}/selected/?fields=*",
    "documents/{doc}/selected/?fields=*", "topics/{topic_id}/selected/?fields=*",
    "organisations/{org_id}/selected/?fields=*", "people/{person}/selected/?fields=*",
    *(
        f"{endpoint}/?limit=100&format=jsonld{query}"
        for endpoint in ("pages", "cooperations")
        for query in ("", "&locale=sk", "&include_aliases=true", "&locale=lv&fallback=sk,de")
    ),
    *(
        f"{endpoint}/{{{page}}}/?format=jsonld"
        for endpoint in ("pages", "cooperations")
        for page in ("pk", "sk", "lv", "partner", "network", "exchange")
    ),
    "pages/{index}/?format=jsonld",
    "cooperations/?limit=2&order=-title&format=jsonld",
    f"pages/?search={MARK}titela&format=jsonld",
    "cooperations/find/?id={pk}", "cooperations/find/?slug={slug}",
    "cooperations/find/?translation_key={key}&locale=sk",
    *(
        f"pages/find/?{query}{language}"
        for query in (
            "id={pk}", "id={sk}", "id={lv}", "html_path={path}", "html_path={sk_path}",
            "slug={slug}", "slug={sk_slug}", "translation_key={key}",
        )
        for language in ("", "&locale=sk", "&locale=lv&fallback=sk,de")
    ),
    *(f"images/{query}" for query in ("", "?fields=*", "?order=-id", "?order=title&limit=1")),
    "images/?renditions=small", "images/{img}/", "images/{img}/?fields=*", "images/{photo}/",
    f"images/?search={MARK}bilda", f"images/?search={MARK}fotoa", "images/?id={img}",
    f"images/?title={quote(words('bild'))}", f"images/?title={quote(words('foto'))}",
    "images/find/?id={img}", "images/find/?id={photo}", "images/?id__gte={img}",
    *(f"documents/{query}" for query in ("", "?fields=*", "?order=-id", "?order=title&limit=1")),
    "documents/{doc}/", "documents/{doc}/?fields=*", f"documents/?search={MARK}dateia",
    f"documents/?title={quote(words('datei'))}", "documents/find/?id={doc}",
    "documents/?id={doc}", "documents/?id__gte={doc}",
    *MEDIA,
]  # fmt: skip
