"""References: load the things that items refer to, many at a time, and only public ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import get_language
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtail.models import DraftStateMixin, Page, Site

from ..conf import STANDARD, conf
from ..files.renditions import UNUSABLE
from ..public.files import public_files
from ..public.pages import public_pages
from ..public.redirects import former_paths
from ..public.translations import TranslationState, counted_translations, missing_segments, there
from .deferred import resolve
from .links import Label, Links

#: The name of the rendition in which pages show the logo of an organisation, and its size where the
#: site has none of this name. It is twice as large as the place for it, for fine screens.
LOGO = "logo"
LOGO_SPEC = "max-320x160|format-webp"

if TYPE_CHECKING:
    from ..models.people import Audience

# The types of things in the order of loading: values made from a type need only later types. Types
# that a view adds come last.
LOAD_ORDER = (
    "links",
    "state",
    "untranslated",
    "former",
    "person",
    "topic",
    "organisation",
    "page",
    "document",
    "image",
)

#: The page type of a cooperation and its id.
LinksKey = tuple[Any, int]
#: A placeholder for the id in an address, so that addresses are looked up once for each model.
PLACEHOLDER_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NamedPage:
    """The columns of a page that other pages show of it; far quicker to make than a ``Page``.

    ``language`` is the page's own, ``served`` that of its words: for an alias, its original's.
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
        """The page type."""
        return ContentType.objects.get_for_id(self.content_type).model_class() or Page


@dataclass(frozen=True, slots=True)
class NamedOrganisation:
    """The columns of an organisation, in one language, that pages show of it."""

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
class References:
    """Loads the things that the items of one answer refer to, many at a time, only public ones.

    - ``base`` ("https://example.org"): put before addresses without a host.
    - ``pages``: the pages that may be named, by default all public ones.
    - ``text``: the format of rich text: html, markdown or text.
    - ``renditions``: names in ``KIS_PARTNERS["RENDITIONS"]``, or :data:`LOGO`.
    - ``request``: for Wagtail, which finds the site by it and keeps the addresses of sites on it.
    """

    audience: Audience = "api"
    base: str = ""
    pages: QuerySet[Page] | None = None
    text: str = "html"
    renditions: Sequence[str] = ()
    request: Any = None
    #: Whether links that were not read with a page are those of the page object, which may be a
    #: draft, and not those in the database.
    from_objects: bool = False
    loaders: dict[str, Callable[[set[Any]], dict[Any, Any]]] = field(default_factory=dict)
    #: The addresses in the API by model, with :data:`PLACEHOLDER_ID` for the id.
    details: dict[Any, str | None] = field(default_factory=dict)
    #: The addresses of pages, by id and active language.
    addresses: dict[tuple[int, str | None], str | None] = field(default_factory=dict)
    #: Errors of the storage of files: what depends on these files is null for now.
    errors: list[Exception] = field(default_factory=list)

    def resolve(self, tree: Any) -> Any:
        """The tree with finished values in place of deferred ones; see :func:`deferred.resolve`."""
        return resolve(tree, self.load, LOAD_ORDER)

    def load(self, thing: str, keys: set[Any]) -> dict[Any, Any]:
        """The public things of one type by key, in one statement.

        Types beyond those of :data:`LOAD_ORDER` are labels of models; keys are then primary keys.
        """
        if load := self.loaders.get(thing) or getattr(self, f"_load_{thing}", None):
            return load(keys)
        return self.visible(apps.get_model(thing).objects.filter(pk__in=keys)).in_bulk()

    def visible(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """The objects that everybody may see: public pages and files, published snippets."""
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
        """An address with ``base`` in front of it, unless it has a host."""
        return self.base + path if path and path.startswith("/") else path

    def page_url(self, page: Page | NamedPage) -> str | None:
        """The full address of a page, None where it has none; looked up once in each language."""
        key = (page.pk, get_language())
        if key not in self.addresses:
            self.addresses[key] = self.as_page(page).get_full_url(self.request)
        return self.addresses[key]

    def as_page(self, page: Page | NamedPage) -> Page:
        """A ``Page`` for Wagtail's methods on addresses; reused by the next call."""
        if isinstance(page, Page):
            return page
        self._page.url_path = page.url_path
        return self._page

    @cached_property
    def _page(self) -> Page:
        return Page()

    def detail_url(self, model: Any, pk: int, look_up: Callable[[Any, int], Any]) -> str | None:
        """The address of an object in the API, None where it has none.

        ``look_up(model, id)`` finds it, once for each model.
        """
        if model not in self.details:
            self.details[model] = look_up(model, PLACEHOLDER_ID)
        address = self.details[model]
        return address and address.replace(str(PLACEHOLDER_ID), str(pk))

    def _load_links(self, keys: set[LinksKey]) -> dict[LinksKey, dict[str, Any]]:
        links = Links(sorted({model for model, _pk in keys}, key=lambda one: one._meta.label))
        pages: Any = apps.get_model("kis_partners", "CooperationPage").objects.order_by()
        rows = pages.filter(pk__in={pk for _model, pk in keys}).values("pk", **links.columns)
        stored = {row["pk"]: row for row in rows}
        return {
            (model, pk): links.from_columns(model, stored[pk].__getitem__)
            for model, pk in keys
            if pk in stored
        }

    def _load_state(self, keys: set[UUID]) -> dict[UUID, dict[str, TranslationState]]:
        """By translation key: the states of its translations by language."""
        found: dict[UUID, dict[str, TranslationState]] = {}
        for one in counted_translations(keys):
            found.setdefault(one.key, {})[one.language] = one.state
        return found

    def _load_untranslated(
        self, keys: set[tuple[UUID, int]]
    ) -> dict[tuple[UUID, int], dict[str, list[str]]]:
        """By translation key and id of a locale: the segments without translation, by path."""
        found: dict[tuple[UUID, int], dict[str, list[str]]] = {}
        segments = missing_segments({key for key, _locale in keys}).order_by("order")
        for key, locale, path, words in segments.values_list(
            *("source__object_id", "source__translations__target_locale_id"),
            *("context__path", "string__data"),
        ):
            found.setdefault((key, locale), {}).setdefault(path, []).append(words)
        return found

    def _load_former(self, ids: set[int]) -> dict[int, list[str]]:
        """By id: the former paths of a page on the request's site."""
        return former_paths(ids, Site.find_for_request(self.request))

    def _load_country(self, codes: set[str]) -> dict[str, str]:
        return {code: code for code in codes}

    def _load_topic(self, ids: set[int]) -> dict[int, dict[str, Label]]:
        """By id: the topic's versions by language, and under "" the one with that id."""
        model: Any = apps.get_model("kis_partners", "Topic")
        keys = model.objects.filter(pk__in=ids, live=True).order_by().values("translation_key")
        columns = [column.name for column in fields(Label)]
        families: dict[UUID, dict[int, Label]] = {}
        versions = model.objects.filter(there(), translation_key__in=keys).order_by()
        for label in (Label(*row) for row in versions.values_list(*columns)):
            families.setdefault(label.translation_key, {})[label.pk] = label
        return {
            pk: {**{one.locale__language_code: one for one in family.values()}, "": family[pk]}
            for family in families.values()
            for pk in ids & family.keys()
        }

    def _load_person(self, ids: set[int]) -> dict[int, Any]:
        model: Any = apps.get_model("kis_partners", "Person")
        return model.published(ids, self.audience)

    def _load_organisation(self, ids: set[int]) -> dict[int, dict[str, NamedOrganisation]]:
        """By id: the organisation's versions by language, and under "" the first written."""
        model: Any = apps.get_model("kis_partners", "Organisation")
        keys = model.objects.filter(pk__in=ids).order_by().values("translation_key")
        columns = [
            there() if column.name == "live" else column.name
            for column in fields(NamedOrganisation)
        ]
        rows = model.objects.filter(translation_key__in=keys).order_by().values_list(*columns)
        families: dict[UUID, list[NamedOrganisation]] = {}
        # Sorted in Python: for a sort in the database, Django compares each selected column.
        for one in (NamedOrganisation(*row) for row in sorted(rows)):
            families.setdefault(one.translation_key, []).append(one)
        found: dict[int, dict[str, NamedOrganisation]] = {}
        for versions in families.values():
            if versions[0].live:
                spoken = {one.locale__language_code: one for one in versions if one.live}
                spoken[""] = versions[0]
                found.update((one.pk, spoken) for one in versions)
        return found

    def _load_page(self, keys: set[int | UUID | str]) -> dict[Any, dict[str, Any]]:
        """By id, translation key or path: the page's public versions by language.

        The page with that id or path has the key "" as well.
        """
        ids = [key for key in keys if isinstance(key, int)]
        identities = [key for key in keys if isinstance(key, UUID)]
        paths = [key for key in keys if isinstance(key, str)]
        # One subquery for all three: of conditions on the outer query that are joined by OR,
        # PostgreSQL expects half of all pages, and reads them all.
        wanted: Any = identities
        if ids or paths:
            known = Q(pk__in=ids) | Q(path__in=paths) | Q(translation_key__in=identities)
            wanted = Page.objects.filter(known).values("translation_key")
        # Not Exists(), for which PostgreSQL would first collect all public pages.
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
        families: dict[Any, dict[str, NamedPage]] = {}
        asked: dict[int | str, tuple[UUID, dict[str, NamedPage]]] = {}
        for pk, key, path, title, at, content_type, language, original, is_public in sorted(rows):
            family = families.setdefault(key, {})
            itself = {}
            if is_public:
                page = NamedPage(pk, key, title, at, content_type, language, original or language)
                family.setdefault(language, page)
                itself = {"": page}
            asked[pk] = asked[path] = key, itself
        return families | {
            key: families[asked[key][0]] | asked[key][1] for key in [*ids, *paths] if key in asked
        }

    def _load_document(self, ids: set[int]) -> dict[int, Any]:
        return public_files(get_document_model().objects.filter(pk__in=ids)).in_bulk()

    def _load_image(self, ids: set[int]) -> dict[int, tuple[Any, dict[str, Any]]]:
        """By id: an image and its renditions by name. Images without a file are left out."""
        specs = {LOGO: LOGO_SPEC, **conf().renditions}
        names = {STANDARD, conf().largest, *self.renditions}
        filters = {name: Filter(spec=specs[name]) for name in names}
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
            except UNUSABLE as error:
                self.errors.append(error)
        return found


def spoken(versions: dict[str, Any] | None) -> Any:
    """The version in the active language, else that under "": the chosen or first written one."""
    versions = versions or {}
    return versions.get(get_language() or "") or versions.get("")
