"""Loads what public output refers to, many things at a time, and only what is public."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import (
    BigIntegerField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import get_language
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import Translation

from ..conf import conf
from ..public.pages import public_files, public_pages
from ..public.sql import ANY, NUMBER, Piece, Statement
from ..public.translations import facts_as_text, missing_segments
from .deferred import resolve

if TYPE_CHECKING:
    from ..models.people import Audience

STANDARD = "large"
# What a kind brings needs only kinds that stand after it. Kinds that a view adds come last.
ORDER = ("row", "person", "organisation", "page", "document", "image")

#: A page asks for its rows by (id, translation key, locale id, its kind of cooperation or "").
RowKey = tuple[int, UUID, int, str]


@dataclass(frozen=True)
class Row:
    """Something that hangs on a page.

    A relation has the id of its ``target``, or a ``text``. A segment without translation has its
    path as ``text`` and its words as ``extra``. A state of a translation has its language as
    ``text``, 1 as ``target`` where its source is newer, and the rest as ``extra``.
    """

    target: int | None
    text: str
    extra: str


@dataclass(frozen=True, slots=True)
class Named:
    """A page as others name it: an answer names many, and a ``Page`` takes long to build.

    ``language`` is the page's own, ``served`` the one that its words are in.
    """

    pk: int
    translation_key: UUID
    title: str
    url_path: str
    content_type: int
    language: str
    served: str

    @property
    def model(self) -> Any:
        """The type of the page."""
        return ContentType.objects.get_for_id(self.content_type).model_class() or Page


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation in one language, as pages show it."""

    pk: int
    translation_key: Any
    live: bool
    locale__language_code: str
    name: str
    official_name: str
    short_name: str
    legal_form: str
    kind: str
    website: str
    street: str
    postal_code: str
    city: str
    country: str
    logo_id: int | None


@dataclass
class Library:
    """Everything that one answer may refer to.

    ``base`` ("https://example.org") goes before site-relative addresses. ``pages`` are the pages
    that may be named, by default all public ones. ``text`` is the format of rich text: html,
    markdown or text. ``renditions`` are names of ``KIS_PARTNERS["RENDITIONS"]``. By ``request``
    Wagtail knows which site is asked, and what it has looked up for it.
    """

    audience: Audience = "api"
    base: str = ""
    pages: QuerySet[Page] | None = None
    text: str = "html"
    renditions: Sequence[str] = ()
    request: Any = None
    loaders: dict[str, Callable[[set[Any]], dict[Any, Any]]] = field(default_factory=dict)
    #: The addresses in the API of objects of a type, with :data:`NUMBER` for the id.
    details: dict[Any, str | None] = field(default_factory=dict)
    #: The addresses of pages that were looked up, by id and active language.
    addresses: dict[tuple[int, str | None], str | None] = field(default_factory=dict)

    def resolve(self, tree: Any) -> Any:
        """The tree with everything in it that can be looked up; see :func:`later.resolve`."""
        return resolve(tree, self.load, ORDER)

    def load(self, kind: str, keys: set[Any]) -> dict[Any, Any]:
        """Things of one kind by key, in one statement. What isn't public isn't found.

        Kinds beyond those of :data:`ORDER` are labels of models, whose keys are primary keys.
        """
        if load := self.loaders.get(kind) or getattr(self, f"_load_{kind}", None):
            return load(keys)
        return self.visible(apps.get_model(kind).objects.filter(pk__in=keys)).in_bulk()

    def visible(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Those of a model's objects that everybody may know of."""
        model = items.model
        if issubclass(model, Page):
            return items.filter(pk__in=self.public_pages().values("pk"))
        if issubclass(model, (get_document_model(), get_image_model())):
            return public_files(items)
        if issubclass(model, DraftStateMixin):
            return items.filter(live=True)
        return items

    def public_pages(self) -> QuerySet[Page]:
        """The pages that may be named."""
        return public_pages() if self.pages is None else self.pages

    def url(self, path: str | None) -> str | None:
        """An address that works from anywhere."""
        return self.base + path if path and path.startswith("/") else path

    def page_url(self, page: Page | Named) -> str | None:
        """The full address of a page, None where it has none; looked up once for an answer."""
        key = (page.pk, get_language())
        if key not in self.addresses:
            self.addresses[key] = self.located(page).get_full_url(self.request)
        return self.addresses[key]

    def located(self, page: Page | Named) -> Page:
        """A page that Wagtail can ask for its address, until another one is asked for."""
        if isinstance(page, Page):
            return page
        self._place.url_path = page.url_path
        return self._place

    @cached_property
    def _place(self) -> Page:
        return Page()

    def detail_url(self, model: Any, pk: int, look_up: Callable[[Any, int], Any]) -> str | None:
        """The address of an object in the API, None where it has none; looked up once for a type.

        ``look_up(model, id)`` says what it is.
        """
        if model not in self.details:
            self.details[model] = look_up(model, NUMBER)
        address = self.details[model]
        return address and address.replace(str(NUMBER), str(pk))

    def _load_row(self, keys: set[RowKey]) -> dict[RowKey, dict[str, list[Row]]]:
        pages: dict[str, list[int]] = {}
        for pk, _key, _locale, kind in keys:
            if kind:
                pages.setdefault(kind, []).append(pk)
        kinds = sorted(pages)
        uuid: Any = Page._meta.get_field("translation_key")
        lists: dict[Any, Any] = {marker: pages[kind] for kind, marker in _markers(kinds).items()}
        lists[uuid.get_db_prep_value(ANY, connection)] = [
            uuid.get_db_prep_value(key, connection) for key in {key[1] for key in keys}
        ]
        rows = _rows_of(*kinds).ask(lists)
        found: dict[Any, dict[str, list[Row]]] = {}
        for owner, what, _order, target, text, extra in sorted(rows, key=lambda row: row[2] or 0):
            place: Any = UUID(owner) if what in ("state", "untranslated") else int(owner)
            if what == "untranslated":
                place = place, target
            found.setdefault(place, {}).setdefault(what, []).append(Row(target, text, extra))
        return {
            (pk, key, locale, kind): {
                **found.get(pk, {}),
                **found.get(key, {}),
                **found.get((key, locale), {}),
            }
            for pk, key, locale, kind in keys
        }

    def _load_person(self, ids: set[int]) -> dict[int, Any]:
        model: Any = apps.get_model("kis_partners", "Person")
        return model.published(ids, self.audience)

    def _load_organisation(self, ids: set[int]) -> dict[int, dict[str, Body]]:
        """By id: the organisation in each language, and as it was first written under ""."""
        families: dict[UUID, list[Body]] = {}
        # Sorted here: to sort in the database, Django compares each selected column with the key.
        for body in (Body(*row) for row in sorted(_bodies().ask({NUMBER: ids}))):
            families.setdefault(body.translation_key, []).append(body)
        found: dict[int, dict[str, Body]] = {}
        for versions in families.values():
            if versions[0].live:
                spoken = {body.locale__language_code: body for body in versions if body.live}
                spoken[""] = versions[0]
                found.update((body.pk, spoken) for body in versions)
        return found

    def _load_page(self, keys: set[int | UUID | str]) -> dict[Any, dict[str, Any]]:
        """By id, translation key or path: the public pages of its family by language.

        The page that was asked for by id or path stands under "" as well.
        """
        ids = [key for key in keys if isinstance(key, int)]
        identities = [key for key in keys if isinstance(key, UUID)]
        paths = [key for key in keys if isinstance(key, str)]
        # All within one condition: of two that are joined by "or" outside, PostgreSQL expects half
        # of all pages, and reads them.
        wanted: Any = identities
        if ids or paths:
            known = Q(pk__in=ids) | Q(path__in=paths) | Q(translation_key__in=identities)
            wanted = Page.objects.filter(known).values("translation_key")
        # PostgreSQL would answer "exists" by a table of all public pages.
        public = self.public_pages().filter(pk=OuterRef("pk")).order_by().values("pk")
        rows = (
            Page.objects.filter(translation_key__in=wanted)
            .order_by()
            .values_list(
                *("pk", "translation_key", "path", "title", "url_path", "content_type"),
                *("locale__language_code", "alias_of__locale__language_code"),
                Subquery(public[:1]),
            )
        )
        families: dict[Any, dict[str, Named]] = {}
        asked: dict[int | str, tuple[UUID, dict[str, Named]]] = {}
        for pk, key, path, title, at, kind, language, original, is_public in sorted(rows):
            family = families.setdefault(key, {})
            itself = {}
            if is_public:
                page = Named(pk, key, title, at, kind, language, original or language)
                family.setdefault(language, page)
                itself = {"": page}
            asked[pk] = asked[path] = key, itself
        return families | {
            key: families[asked[key][0]] | asked[key][1] for key in [*ids, *paths] if key in asked
        }

    def _load_document(self, ids: set[int]) -> dict[int, Any]:
        return public_files(get_document_model().objects.filter(pk__in=ids)).in_bulk()

    def _load_image(self, ids: set[int]) -> dict[int, tuple[Any, dict[str, Any]]]:
        """By id: an image and its renditions by name; without those that have no file."""
        specs = conf().renditions
        filters = {name: Filter(spec=specs[name]) for name in {STANDARD, *self.renditions}}
        model: Any = get_image_model()
        made = model.get_rendition_model().objects.filter(
            image_id__in=public_files(model.objects.filter(pk__in=ids)).values("pk"),
            filter_spec__in=[one.spec for one in filters.values()],
        )
        images: dict[int, Any] = {}
        ready: dict[tuple[int, str, str], Any] = {}
        for rendition in made.select_related("image"):
            images[rendition.image_id] = rendition.image
            ready[rendition.image_id, rendition.filter_spec, rendition.focal_point_key] = rendition
        if missing := ids - set(images):
            images.update(public_files(model.objects.filter(pk__in=missing)).in_bulk())
        found = {}
        for pk, image in images.items():
            try:
                found[pk] = (
                    image,
                    {
                        name: ready.get((pk, one.spec, one.get_cache_key(image)))
                        or image.get_rendition(one)
                        for name, one in filters.items()
                    },
                )
            except (SourceImageIOError, OSError):
                continue
        return found


def spoken(versions: dict[str, Any] | None) -> Any:
    """The version in the active language, else the one that was chosen or written first."""
    versions = versions or {}
    return versions.get(get_language() or "") or versions.get("")


def _markers(kinds: Sequence[str]) -> dict[str, int]:
    """What stands for the pages of each of these kinds in a statement."""
    return {kind: NUMBER - place for place, kind in enumerate(kinds)}


@cache
def _bodies() -> Statement:
    """Organisations in all languages, by the id of one."""
    organisations: Any = apps.get_model("kis_partners", "Organisation").objects.order_by()
    keys = organisations.filter(pk__in=[NUMBER]).values("translation_key")
    columns = [column.name for column in fields(Body)]
    return Statement(organisations.filter(translation_key__in=keys).values_list(*columns))


@cache
def _rows_of(*kinds: str) -> Statement:
    """What hangs on pages of these kinds, and on others with these translation keys."""
    untranslated = missing_segments([ANY]).order_by()
    translations = Translation.objects.filter(source__object_id__in=[ANY])
    parts = [
        facts_as_text(translations).values_list(
            Cast("source__object_id", TextField()),
            Value("state", TextField()),
            Value(None, BigIntegerField()),
            "source_newer",
            Cast("target_locale__language_code", TextField()),
            "facts",
        ),
        untranslated.values_list(
            Cast("source__object_id", TextField()),
            Value("untranslated", TextField()),
            Cast("order", BigIntegerField()),
            Cast("source__translations__target_locale_id", BigIntegerField()),
            Cast("context__path", TextField()),
            Cast("string__data", TextField()),
        ),
        *(_relations(kinds) if kinds else ()),
    ]
    return Statement(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def _relations(kinds: Sequence[str]) -> list[QuerySet[Any]]:
    """The rows of each relation that these kinds of cooperations have, all of one shape."""
    markers = _markers(kinds)

    def rows(
        model: str, target: Any, text: Any = "", extra: Any = "", of: Iterable[str] = kinds
    ) -> QuerySet[Any]:
        pages = [markers[kind] for kind in of]
        links = apps.get_model("kis_partners", model).objects.filter(page_id__in=pages).order_by()
        plain = [
            Value(one, TextField()) if one == "" else Cast(one, TextField())
            for one in (text, extra)
        ]
        what = links.model._meta.get_field("page").remote_field.related_name
        return links.values_list(
            Cast("page_id", TextField()),
            Value(what, TextField()),
            Cast("sort_order", BigIntegerField()),
            Cast(target, BigIntegerField()),
            *plain,
        )

    topics = rows("CooperationTopic", "topic_id", _name(), _identity())
    found = [
        topics.filter(topic__live=True),
        rows("CooperationContact", "person_id", F("side")),
        rows("RelatedCooperation", "page_to_id"),
    ]
    if "networkpage" in kinds:
        found.append(rows("NetworkMember", "organisation_id", of=["networkpage"]))
    if "exchangeprogrammepage" in kinds:
        none = Value(None, BigIntegerField())
        found += [
            rows("ExchangeOrganisation", "organisation_id", of=["exchangeprogrammepage"]),
            rows("ExchangeCountry", none, F("country"), of=["exchangeprogrammepage"]),
        ]
    return found


@cache
def _name() -> Piece:
    """The name of a topic in the language of its page, else as it was first written."""
    return Piece(f"COALESCE(({_spoken('name')}), {{topic__name}})", TextField())


@cache
def _identity() -> Piece:
    """The language that this is in, and the translation key of the topic."""
    locale = apps.get_model("wagtailcore", "Locale")._meta.db_table
    code = f"SELECT language_code FROM {locale} WHERE id = "
    spoken = f"COALESCE(({_spoken('locale_id')}), {{topic__locale_id}})"
    return Piece(
        f"({code} {spoken}) || ' ' || CAST({{topic__translation_key}} AS TEXT)", TextField()
    )


def _spoken(column: str) -> str:
    """SQL for a column of the version of a topic in the language of its page."""
    topic = apps.get_model("kis_partners", "Topic")._meta.db_table
    return (
        f"SELECT kt.{column} FROM {topic} kt WHERE kt.translation_key = {{topic__translation_key}} "
        "AND kt.locale_id = {page__locale_id} AND kt.live"
    )
