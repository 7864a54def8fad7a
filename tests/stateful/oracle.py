"""What the API must answer, found out another way: from the tables, read whole, in plain Python.

Nothing here comes from the plugin but its models, which are the tables. The rules are written out
once more, so that a rule that is lost in the plugin is still here.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.text import get_valid_filename
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from home.models import HomePage, StandardPage
from partners.models import (
    Consent,
    CooperationIndexPage,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.models.pages import (
    CooperationContact,
    CooperationTopic,
    ExchangeCountry,
    ExchangeOrganisation,
    ExchangeProgrammePage,
    NetworkMember,
    RelatedCooperation,
)

Row = Any
JSON = dict[str, Any]

LANGUAGES = ["de", "en", "sk", "lv"]
ZONE = ZoneInfo("Europe/Berlin")
STATES = ["partial", "machine", "complete", "source"]
KINDS = {PartnerPage: "partner", NetworkPage: "network", ExchangeProgrammePage: "exchange"}
#: The columns of a type that its items have as they are.
COLUMNS: dict[Any, list[str]] = {
    HomePage: ["lead"],
    StandardPage: [
        "purpose",
        "conformance",
        "assessed_on",
        "feedback_contact",
        "enforcement_body",
    ],
    CooperationIndexPage: ["lead", "group_by_kind"],
    PartnerPage: ["lead", "purpose", "region", "basis", "basis_note"],
    NetworkPage: ["lead", "purpose", "region", "role", "level"],
    ExchangeProgrammePage: ["lead", "purpose", "region", "exchange_kind"],
}
COUNTRIES = {
    "DE": {"de": "Deutschland", "en": "Germany", "sk": "Nemecko", "lv": "Vācija"},
    "SK": {"de": "Slowakei", "en": "Slovakia", "sk": "Slovensko", "lv": "Slovākija"},
    "LV": {"de": "Lettland", "en": "Latvia", "sk": "Lotyšsko", "lv": "Latvija"},
}
#: How readers of a language read the period of every cooperation here, since May 2004.
SINCE = {
    "de": "seit Mai 2004",
    "en": "since May 2004",
    "sk": "od mája 2004",
    "lv": "kopš 2004. gada maija",
}
LINK = re.compile(r"<a ([^>]*)>(.*?)</a>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def written(moment: datetime.datetime | None) -> str | None:
    """A moment as the API writes it."""
    return moment and moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def above(path: str) -> list[str]:
    """The path of a page or collection and those of what it stands below."""
    return [path[:end] for end in range(4, len(path) + 1, 4)]


def first_by_family(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """The versions of snippets by translation key, the one that was written first in front."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.pk):
        found[row.translation_key].append(row)
    return found


class Oracle:
    """What is public at a moment."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now, self.today = now, now.astimezone(ZONE).date()
        self.codes = dict(Locale.objects.values_list("pk", "language_code"))
        self.pages = {page.pk: page for page in Page.objects.order_by("pk")}
        self.by_path = {page.path: page for page in self.pages.values()}
        self.families: dict[UUID, list[Row]] = defaultdict(list)
        for page in self.pages.values():
            self.families[page.translation_key].append(page)
        restricted = PageViewRestriction.objects.values_list("page__path", flat=True)
        self.restricted = set(restricted)
        self.site = Site.objects.select_related("root_page").get()
        self.translations: dict[tuple[UUID, int], list[Row]] = defaultdict(list)
        for one in Translation.objects.filter(enabled=True).select_related("source"):
            self.translations[one.source.object_id, one.target_locale_id].append(one)
        self.redirects = list(Redirect.objects.all())
        self.segments: dict[int, list[Row]] = defaultdict(list)
        for segment in StringSegment.objects.all():
            self.segments[segment.source_id].append(segment)
        strings = StringTranslation.objects.filter(has_error=False).select_related("kis_review")
        self.strings = {
            (one.translation_of_id, one.context_id, one.locale_id): one for one in strings
        }

    # Who may see what

    def published(self, page: Row) -> bool:
        return page.live and (page.expire_at is None or page.expire_at > self.now)

    def unrestricted(self, page: Row) -> bool:
        return not self.restricted.intersection(above(page.path))

    def stands_open(self, page: Row) -> bool:
        return self.published(page) and self.unrestricted(page)

    def source_is_open(self, page: Row) -> bool:
        """Whether what a page is still translated from may be read."""
        return all(
            any(
                one.locale_id == made.source.locale_id and self.stands_open(one)
                for one in self.families[page.translation_key]
            )
            for made in self.translations[page.translation_key, page.locale_id]
        )

    def mirrors_are_open(self, page: Row) -> bool:
        """Whether no page here or above repeats one that is restricted."""
        for path in above(page.path):
            original = self.pages.get(self.by_path[path].alias_of_id)
            if original and not self.unrestricted(original):
                return False
        return True

    def is_public(self, page: Row) -> bool:
        original = self.pages.get(page.alias_of_id)
        return (
            self.stands_open(page)
            and self.source_is_open(page)
            and self.mirrors_are_open(page)
            and self.is_begun(page)
            and (
                original is None
                or (
                    self.published(original)
                    and self.source_is_open(original)
                    and self.is_begun(original)
                )
            )
            and self.stands_in_its_language(page)
        )

    def stands_in_its_language(self, page: Row) -> bool:
        """Whether a page is below a home page of its language that is there."""
        homes = [
            self.by_path[path]
            for path in above(page.path)
            if self.by_path[path].translation_key == self.site.root_page.translation_key
        ]
        return bool(homes) and all(
            home.locale_id == page.locale_id
            and (
                home.pk == self.site.root_page_id or (self.published(home) and self.is_begun(home))
            )
            for home in homes
        )

    @cached_property
    def public(self) -> dict[int, Row]:
        return {pk: page for pk, page in self.pages.items() if self.is_public(page)}

    def why_closed(self, pk: int, locale: str) -> str:
        """What the feed says of a page that was public until now."""
        page = self.pages.get(pk)
        if page is None:
            return "deleted"
        if not self.published(page):
            ended = page.expired or (page.expire_at is not None and page.expire_at <= self.now)
            return "expired" if ended else "unpublished"
        if not any(
            self.by_path[path].translation_key == self.site.root_page.translation_key
            for path in above(page.path)
        ):
            return "moved"
        return "source_closed" if self.unrestricted(page) else "restricted"

    # Languages

    def code(self, page: Row) -> str:
        return self.codes[page.locale_id]

    def served(self, page: Row) -> str:
        return self.code(self.pages.get(page.alias_of_id, page))

    def repeats(self, page: Row) -> bool:
        """Whether a page only repeats another language."""
        return self.served(page) != self.code(page)

    def is_begun(self, item: Row) -> bool:
        """Whether a page or snippet isn't a translation without any translated segment."""
        made = self.translations[item.translation_key, item.locale_id]
        segments = [segment for one in made for segment in self.segments[one.source_id]]
        return not segments or any(
            (segment.string_id, segment.context_id, item.locale_id) in self.strings
            for segment in segments
        )

    def language(self, key: UUID, locale_id: int) -> JSON:
        """How far the translation of a page is."""
        facts: JSON = {
            "state": "source", "percent": 100, "reviewed": True, "reviewed_at": None,
            "source_newer": False,
        }  # fmt: skip
        for made in self.translations[key, locale_id]:
            segments = self.segments[made.source_id]
            found = [
                self.strings.get((one.string_id, one.context_id, locale_id)) for one in segments
            ]
            done = [one for one in found if one]
            reviews = [getattr(one, "kis_review", None) for one in done]
            unread = [
                one.translation_type == "machine" or review is not None
                for one, review in zip(done, reviews, strict=True)
                if review is None or review.text != one.data
            ]
            machine = [
                one
                for one, review in zip(done, reviews, strict=True)
                if one.translation_type == "machine" and (review is None or review.text != one.data)
            ]
            facts["state"] = "complete"
            if machine:
                facts["state"] = "machine"
            if len(done) < len(segments):
                facts["state"] = "partial"
            facts["percent"] = 100 * len(done) // len(segments) if segments else 100
            facts["reviewed"] = not any(unread)
            times = [review.reviewed_at for review in reviews if review]
            facts["reviewed_at"] = max(times) if times and not any(unread) else None
            facts["source_newer"] = any(
                one.locale_id == made.source.locale_id
                and one.last_published_at is not None
                and one.last_published_at > made.source.last_updated_at
                for one in self.families[key]
            )
        return facts

    def former(self, pk: int) -> list[str]:
        """The addresses of redirects that lead to a page; those of the site before those of all."""
        own = {one.old_path for one in self.redirects if one.site_id == self.site.pk}
        paths = [
            one.old_path
            for one in self.redirects
            if one.redirect_page_id == pk
            and not one.redirect_page_route_path
            and (one.site_id == self.site.pk or (one.site_id is None and one.old_path not in own))
        ]
        return [f"{self.base}{quote(path)}" for path in sorted(paths)]

    def state(self, page: Row) -> str:
        return str(self.language(page.translation_key, page.locale_id)["state"])

    # Lists

    def acceptable(self, min_state: str = "partial", aliases: bool = False) -> list[Row]:
        least = STATES.index(min_state)
        return [
            page
            for page in self.public.values()
            if (aliases or not self.repeats(page)) and STATES.index(self.state(page)) >= least
        ]

    def listed(
        self,
        *languages: str,
        types: tuple[Any, ...] = (),
        where: Callable[[Row], bool] = lambda page: True,
        **conditions: Any,
    ) -> list[int]:
        """The ids of the pages that a list has, in no order that was asked for."""
        acceptable = self.acceptable(**conditions)
        best: dict[UUID, int] = {}
        for page in acceptable:
            if self.code(page) in languages:
                rank = languages.index(self.code(page))
                best[page.translation_key] = min(best.get(page.translation_key, rank), rank)
        return [
            page.pk
            for page in acceptable
            if (not types or self.type(page) in types)
            and where(page)
            and (
                not languages
                or (
                    self.code(page) in languages
                    and languages.index(self.code(page)) == best[page.translation_key]
                )
            )
        ]

    def type(self, page: Row) -> Any:
        return ContentType.objects.get_for_id(page.content_type_id).model_class()

    def counts(self) -> dict[str, dict[str, int]]:
        """How many pages there are in each language, by state."""
        found = {code: dict.fromkeys(STATES, 0) for code in LANGUAGES}
        there = set()
        for page in self.acceptable():
            found[self.code(page)][self.state(page)] += 1
            if page.translation_key == self.site.root_page.translation_key:
                there.add(self.code(page))
        return {code: states for code, states in found.items() if code in there}

    # Addresses

    @cached_property
    def roots(self) -> list[Row]:
        return self.families[self.site.root_page.translation_key]

    @cached_property
    def base(self) -> str:
        port = "" if self.site.port == 80 else f":{self.site.port}"
        return f"http://{self.site.hostname}{port}"

    def address(self, page: Row) -> str | None:
        for root in self.roots:
            if page.url_path.startswith(root.url_path):
                rest = page.url_path[len(root.url_path) :]
                return f"{self.base}/{self.code(root)}/{rest}"
        return None

    def detail(self, page: Row) -> str:
        return f"{self.base}/api/v2/pages/{page.pk}/"

    # What items refer to

    def spoken_page(self, pk: int | None, language: str) -> Row | None:
        """A page in a language where it is public in that, else itself where it is public."""
        page = self.pages.get(pk or 0)
        if page is None:
            return None
        for one in self.families[page.translation_key]:
            if self.code(one) == language and one.pk in self.public:
                return one
        return self.public.get(page.pk)

    def named(self, page: Row | None) -> JSON | None:
        return page and {
            "id": page.pk, "translation_key": str(page.translation_key),
            "type": self.type(page)._meta.label, "locale": self.served(page), "title": page.title,
            "html_url": self.address(page),
        }  # fmt: skip

    def nested(self, page: Row | None) -> JSON | None:
        if page is None or page.pk not in self.public:
            return None
        meta = {
            "type": self.type(page)._meta.label, "detail_url": self.detail(page),
            "html_url": self.address(page),
        }  # fmt: skip
        return {"id": page.pk, "meta": meta, "title": page.title}

    @cached_property
    def closed_collections(self) -> set[int]:
        closed = set(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
        return {one.pk for one in Collection.objects.all() if closed.intersection(above(one.path))}

    @cached_property
    def images(self) -> dict[int, Row]:
        found = get_image_model().objects.exclude(collection__in=self.closed_collections)
        return found.in_bulk()

    @cached_property
    def documents(self) -> dict[int, Row]:
        found = get_document_model().objects.exclude(collection__in=self.closed_collections)
        return found.in_bulk()

    def image(self, pk: int | None, alt: str) -> JSON | None:
        image = self.images.get(pk or 0)
        if image is None:
            return None
        name, focus = image.get_rendition("max-1200x1200|format-webp").file.name, None
        if image.focal_point_x is not None:
            focus = {
                "x": round(image.focal_point_x / image.width, 4),
                "y": round(image.focal_point_y / image.height, 4),
                "width": round(image.focal_point_width / image.width, 4),
                "height": round(image.focal_point_height / image.height, 4),
            }
        return {
            "id": pk, "url": f"{self.base}/media/{name}",
            "width": 640, "height": 480, "alt": alt, "credit": "", "focal_point": focus,
            "renditions": {}, "srcset": "",
        }  # fmt: skip

    def document(self, pk: int | None, **more: Any) -> JSON | None:
        document = self.documents.get(pk or 0)
        return document and {
            "id": pk, "title": document.title,
            "url": f"{self.base}/documents/{pk}/{document.filename}",
            "filename": get_valid_filename(document.title) + ".pdf",
            "content_type": "application/pdf", "size": 4, **more,
        }  # fmt: skip

    @cached_property
    def organisations(self) -> dict[UUID, list[Row]]:
        return first_by_family(Organisation.objects.all())

    @cached_property
    def people(self) -> dict[UUID, list[Row]]:
        return first_by_family(Person.objects.all())

    @cached_property
    def topics(self) -> dict[int, Row]:
        return Topic.objects.in_bulk()

    @staticmethod
    def family(families: dict[UUID, list[Row]], pk: int | None) -> list[Row]:
        return next((rows for rows in families.values() if pk in {one.pk for one in rows}), [])

    def spoken(self, versions: list[Row], language: str) -> Row | None:
        """A snippet in a language where it is published in that, else as it was first written."""
        if not versions or not versions[0].live:
            return None
        live = [
            one
            for one in versions
            if one.live and self.is_begun(one) and self.codes[one.locale_id] == language
        ]
        return live[0] if live else versions[0]

    def country(self, code: str, language: str) -> JSON | None:
        return {"code": code, "name": COUNTRIES[code][language]} if code else None

    def organisation(self, pk: int | None, language: str) -> JSON | None:
        one = self.spoken(self.family(self.organisations, pk), language)
        if one is None:
            return None
        plain = ("name", "official_name", "short_name", "legal_form", "kind", "website")
        address = {name: getattr(one, name) for name in ("street", "postal_code", "city")}
        return {
            "translation_key": str(one.translation_key),
            "locale": self.codes[one.locale_id],
            **{name: getattr(one, name) for name in plain},
            "address": {**address, "country": self.country(one.country, language)},
            "logo": self.image(one.logo_id, one.name),
        }

    @cached_property
    def consents(self) -> list[Row]:
        """Those that hold today, for being passed on."""
        return [
            one
            for one in Consent.objects.filter(api=True).select_related("person")
            if one.withdrawn_on is None
            and one.given_on <= self.today
            and (one.valid_until is None or one.valid_until >= self.today)
        ]

    def may(self, scope: str, person: Row) -> bool:
        return any(
            getattr(one, scope) and one.person.translation_key == person.translation_key
            for one in self.consents
        )

    def person(self, pk: int | None, language: str) -> JSON | None:
        versions = self.family(self.people, pk)
        one = self.spoken(versions, language)
        if one is None:
            return None
        first = versions[0]
        name = first.name if self.may("name", first) else ""
        contact = self.may("contact", first)
        photo = first.photo_id if self.may("photo", first) else None
        return {
            "translation_key": str(first.translation_key),
            "locale": self.codes[one.locale_id],
            "role": one.role,
            "name": name or None,
            "email": first.email or None if contact else None,
            "phone": first.phone or None if contact else None,
            "photo": self.image(photo, name),
            "organisation": self.organisation(first.organisation_id, language),
        }

    def rich_text(self, source: str, language: str) -> str:
        def put(match: re.Match[str]) -> str:
            given, words = dict(ATTRIBUTE.findall(match[1])), match[2]
            kind, pk = given["linktype"], int(given["id"])
            if kind.startswith("person"):
                name = (self.person(pk, language) or {}).get("name")
                if name is None:
                    return words
                return name if kind == "person" else f"{name}, {words}"
            if kind == "page":
                page = self.spoken_page(pk, language)
                address = page and self.address(page)
            else:
                address = (self.document(pk) or {}).get("url")
            return f'<a href="{address}">{words}</a>' if address else words

        return LINK.sub(put, re.sub(r' data-block-key="\w+"', "", source))

    def block(self, kind: str, value: Any, language: str) -> Any:
        if kind == "paragraph":
            return self.rich_text(value, language)
        if kind == "document":
            document = self.document(value["document"], language=value["language"] or None)
            return document and {**document, "title": value["title"] or document["title"]}
        if kind == "image":
            image = self.image(value["image"], value["alt"])
            return image and {**image, "caption": value["caption"]}
        assert kind == "links"
        links = []
        for link in (one["value"] for one in value["links"]):
            page = self.named(self.spoken_page(link["page"], language))
            links.append({"title": link["title"], "url": page and page["html_url"], "page": page})
        return {"heading": value["heading"], "links": links}

    # Items

    @cached_property
    def specific(self) -> dict[int, Row]:
        return {page.pk: page for model in COLUMNS for page in model.objects.all()}

    def links(self, model: type[Model]) -> dict[int, list[Row]]:
        if model not in self._links:
            found: dict[int, list[Row]] = defaultdict(list)
            for one in model._default_manager.order_by("sort_order", "pk"):
                found[one.page_id].append(one)
            self._links[model] = found
        return self._links[model]

    @cached_property
    def _links(self) -> dict[Any, dict[int, list[Row]]]:
        return {}

    def item(self, pk: int) -> JSON:
        """The whole item of a public page."""
        page = self.pages[pk]
        kind, row, language = self.type(page), self.specific[pk], self.served(page)
        key = page.translation_key
        versions: JSON = dict.fromkeys(LANGUAGES)
        for one in self.families[key]:
            code = self.code(one)
            if one.pk in self.public and versions[code] is None:
                versions[code] = one
        for code, one in versions.items():
            alias = one is None or self.served(one) != code
            versions[code] = None if alias else {
                "id": one.pk, "state": self.state(one), "html_url": self.address(one),
                "detail_url": self.detail(one),
            }  # fmt: skip
        served = next(pk for pk, code in self.codes.items() if code == language)
        facts = self.language(key, served)
        meta = {
            "type": kind._meta.label,
            "detail_url": self.detail(page),
            "html_url": self.address(page),
            "slug": page.slug,
            "show_in_menus": page.show_in_menus,
            "seo_title": page.seo_title,
            "search_description": page.search_description,
            "first_published_at": written(page.first_published_at),
            "alias_of": self.nested(self.pages.get(page.alias_of_id)),
            "parent": self.nested(self.by_path.get(page.path[:-4])),
            "locale": self.code(page),
            "translation_key": str(key),
            "language": {
                "requested": None, "served": language,
                "fallback_from": self.code(page) if self.code(page) != language else None,
                **facts, "reviewed_at": written(facts["reviewed_at"]),
            },
            "translations": versions,
            "last_published_at": written(page.last_published_at),
            "former_urls": self.former(pk),
        }  # fmt: skip
        item = {
            "id": pk,
            "type": kind._meta.label,
            "meta": meta,
            "title": page.title,
            **{name: getattr(row, name) for name in COLUMNS[kind]},
            # Nobody fills in a contact of the site here.
            **({"contact": None} if kind is HomePage else {}),
            "body": [
                {
                    "type": block["type"], "id": block["id"],
                    "value": self.block(block["type"], block["value"], language),
                }
                for block in row.body.raw_data
            ],
        }  # fmt: skip
        if kind in KINDS:
            item |= self.facts(kind, row, page, language)
        return item

    def facts(self, kind: Any, row: Row, page: Row, language: str) -> JSON:
        """What cooperations have besides their words."""
        topics = []
        for link in self.links(CooperationTopic)[page.pk]:
            if self.topics[link.topic_id].live:
                topics.append(self.topic(link.topic_id, language))
        people = [
            (link.side, self.person(link.person_id, language))
            for link in self.links(CooperationContact)[page.pk]
        ]
        related = [
            self.named(self.spoken_page(link.page_to_id, language))
            for link in self.links(RelatedCooperation)[page.pk]
        ]
        found: JSON = {
            "kind": KINDS[kind],
            "period": {
                "text": SINCE[language], "edtf": "2004-05/..", "since": "2004-05", "until": None,
                "earliest": "2004-05-01", "latest": None,
            },
            "topics": topics,
            "activities": [],
            "contacts": [{"side": side, **person} for side, person in people if person],
            "downloads": [],
            "related": [one for one in related if one],
        }  # fmt: skip
        if kind is PartnerPage:
            found["organisation"] = self.organisation(row.organisation_id, language)
            found["basis_document"] = self.document(row.basis_document_id)
            return found
        rows = self.links(NetworkMember if kind is NetworkPage else ExchangeOrganisation)[page.pk]
        bodies = [self.organisation(link.organisation_id, language) for link in rows]
        name = "members" if kind is NetworkPage else "organisations"
        found[name] = [one for one in bodies if one]
        if kind is NetworkPage:
            found |= {"working_groups": [], "flyer": self.document(row.flyer_id)}
        else:
            countries = self.links(ExchangeCountry)[page.pk]
            found["countries"] = [self.country(one.country, language) for one in countries]
        return found

    def topic(self, pk: int, language: str) -> JSON:
        """A topic in a language where it is published in that, else the one that was chosen."""
        chosen = self.topics[pk]
        same = [
            one
            for one in self.topics.values()
            if one.translation_key == chosen.translation_key
            and self.codes[one.locale_id] == language
            and one.live
            and self.is_begun(one)
        ]
        one = same[0] if same else chosen
        return {
            "translation_key": str(one.translation_key), "locale": self.codes[one.locale_id],
            "name": one.name,
        }  # fmt: skip

    @cached_property
    def items(self) -> dict[int, JSON]:
        """The items of all public pages, those that only repeat another language as well."""
        return {pk: self.item(pk) for pk in self.public}

    def bodies_of(self, page: Row) -> list[JSON]:
        """The organisations that take part, as the item has them."""
        item = self.items[page.pk]
        one = item.get("organisation")
        return [*([one] if one else []), *item.get("members", []), *item.get("organisations", [])]

    def shown_files(self) -> tuple[set[int], set[int]]:
        """The images and documents that public items show."""
        images: set[int] = set()
        documents: set[int] = set()

        def walk(value: Any) -> None:
            if isinstance(value, dict):
                if "srcset" in value:
                    images.add(value["id"])
                elif "content_type" in value:
                    documents.add(value["id"])
                for one in value.values():
                    walk(one)
            elif isinstance(value, list):
                for one in value:
                    walk(one)
            elif isinstance(value, str):
                documents.update(int(pk) for pk in re.findall(r"/documents/(\d+)/", value))

        for item in self.items.values():
            walk(item)
        return images, documents
