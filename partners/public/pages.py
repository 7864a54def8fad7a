"""The pages and files that an anonymous visitor may see; every public output asks here."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import (
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
    get_page_models,
)
from wagtail_localize.models import Translation, TranslationSource

from ..conf import conf
from .sql import SQL, column

STEP = Page.steplen
PAGE, RESTRICTION, TRANSLATION, SOURCE = (
    model._meta.db_table for model in (Page, PageViewRestriction, Translation, TranslationSource)
)
# The path of an ancestor is the beginning of a page's path, so restrictions on ancestors are found
# by the unique index on paths, down to this depth. Where any page below this depth is restricted,
# all pages below it count as restricted.
CHECKED_DEPTH = 10


class AncestorPaths(Func):
    """The paths of a page or collection and its ancestors, down to CHECKED_DEPTH, for ``__in``.

    A single expression: Django copies the expressions of a condition whenever it is nested in
    another one, and copying one for each depth would take longer than the query.
    """

    steps = (f"SUBSTR(%(expressions)s, 1, {STEP * depth})" for depth in range(1, CHECKED_DEPTH + 1))
    template = f"({', '.join(steps)})"
    output_field = CharField()


def ancestor_paths(path: str) -> AncestorPaths:
    """For a subquery: the paths of an object of the outer query and of its ancestors.

    ``path`` is the look-up of its path.
    """
    return AncestorPaths(OuterRef(path))


_DEEP = f"""EXISTS (
    SELECT 1 FROM {RESTRICTION} r JOIN {PAGE} a ON a.id = r.page_id WHERE a.depth > {CHECKED_DEPTH}
)"""


def _ancestor_paths(path: str) -> str:
    return AncestorPaths.template % {"expressions": path}


def _published(page: str) -> str:
    """SQL condition: a page is live and not past its expiry."""
    expiry = column(page, "expire_at")
    return f"{column(page, 'live')} AND ({expiry} IS NULL OR {expiry} > {{now}})"


def _restricted(page: str) -> str:
    """SQL after FROM: the restrictions of a page and its ancestors, down to CHECKED_DEPTH."""
    return f"""{RESTRICTION} r JOIN {PAGE} a ON a.id = r.page_id
        WHERE a.path IN {_ancestor_paths(column(page, "path"))}"""


def _open(page: str = "") -> str:
    """SQL condition: a page is published and below no view restriction, whatever its source is.

    No alternatives with subqueries, so that databases can use anti-joins.
    """
    return f"""{_published(page)}
        AND NOT EXISTS (SELECT 1 FROM {RESTRICTION} r WHERE r.page_id = {column(page, "id")})
        AND NOT EXISTS (SELECT 1 FROM {_restricted(page)})
        AND ({column(page, "depth")} <= {CHECKED_DEPTH} OR NOT {_DEEP})"""


def _closed_source(page: str = "") -> str:
    """SQL after FROM: the sources of a page, as a translation, that aren't open."""
    return f"""{TRANSLATION} t JOIN {SOURCE} s ON s.id = t.source_id
        WHERE t.enabled
        AND s.object_id = {column(page, "translation_key")}
        AND t.target_locale_id = {column(page, "locale_id")}
        AND NOT EXISTS (
            SELECT 1 FROM {PAGE} p
            WHERE p.translation_key = s.object_id AND p.locale_id = s.locale_id AND {_open("p")}
        )"""


# As in Wagtail, the restrictions of an alias' original hold for the alias and the pages below it.
_WITH_SOURCE = f"""{_open()}
    AND NOT EXISTS (SELECT 1 FROM {_closed_source()})
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} m JOIN {PAGE} o ON o.id = m.alias_of_id
        JOIN {PAGE} a ON a.path IN {_ancestor_paths("o.path")}
        JOIN {RESTRICTION} r ON r.page_id = a.id
        WHERE m.path IN {_ancestor_paths(column("", "path"))}
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} m JOIN {PAGE} o ON o.id = m.alias_of_id
        WHERE m.path IN {_ancestor_paths(column("", "path"))}
        AND o.depth > {CHECKED_DEPTH} AND {_DEEP}
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} o WHERE o.id = {column("", "alias_of_id")} AND NOT ({_published("o")})
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} o, {_closed_source("o")} AND o.id = {column("", "alias_of_id")}
    )"""


def public_pages(queryset: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """The pages that everybody may read at this moment.

    A page is public while it is live, not past its expiry and below no view restriction. A
    translation or an alias closes with the page it was made from, unless the site decides
    otherwise (``KIS_PARTNERS["CLOSE_TRANSLATIONS"]``). This is one condition in one statement,
    so it holds from the moment a change is committed.
    """
    pages = Page.objects.all() if queryset is None else queryset
    text = _WITH_SOURCE if conf().close_translations else _open()
    now = Value(timezone.now(), DateTimeField())
    return pages.filter(SQL(f"({text})", BooleanField(), now=now))


def site_pages(request: Any) -> QuerySet[Page]:
    """The public pages of the request's site, in all its languages."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    roots = Page.objects.filter(
        translation_key=site.root_page.translation_key, path__in=ancestor_paths("path")
    )
    return public_pages().filter(Exists(roots))


def sources(page: Page) -> list[Page | None]:
    """The pages that a translation or an alias was made from, and closes with; two statements.

    None stands for a deleted page. Empty where the site keeps translations open.
    """
    if not conf().close_translations:
        return []
    family = [page, page.alias_of] if page.alias_of else [page]
    made_from = Q()
    for one in family:
        made_from |= Q(source__object_id=one.translation_key, target_locale_id=one.locale_id)
    translations = Translation.objects.filter(made_from, enabled=True)
    wanted = set(translations.values_list("source__object_id", "source__locale_id"))
    wanted |= {(original.translation_key, original.locale_id) for original in family[1:]}
    if not wanted:
        return []
    pages = Page.objects.filter(translation_key__in={key for key, _locale in wanted})
    found = {(one.translation_key, one.locale_id): one for one in pages}
    return [found.get(identity) for identity in wanted]


def is_published(page: Page | None) -> bool:
    """Whether a page is live and not past its expiry; its view restrictions don't count."""
    if page is None or not page.live:
        return False
    return page.expire_at is None or page.expire_at > timezone.now()


def public_files(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The images or documents outside restricted collections and the collections below these."""
    restricted = CollectionViewRestriction.objects.filter(
        collection__path__in=ancestor_paths("collection__path")
    )
    return queryset.filter(~Exists(restricted))


def used_files(files: QuerySet[Any], pages: QuerySet[Page]) -> QuerySet[Any]:
    """The images or documents that these pages show: in their own content, as the logo of an
    organisation on them, or as the photo of a person on them who consents. A text that only names
    a person shows no photo.

    Uses come from Wagtail's reference index; three statements.
    """
    organisation = apps.get_model("kis_partners", "Organisation")
    person: Any = apps.get_model("kis_partners", "Person")
    types = ContentType.objects
    models = {types.get_for_model(model).pk: model for model in (files.model, organisation, person)}
    references = ReferenceIndex.objects.filter(
        to_content_type__in=models,
        base_content_type=types.get_for_model(Page),
        object_id__in=pages.annotate(text=Cast("pk", CharField())).values("text"),
    )
    named: dict[Any, set[int]] = {model: set() for model in models.values()}
    columns = ("to_content_type_id", "to_object_id", "model_path")
    for pk, key, path in references.values_list(*columns).distinct():
        if key.isdecimal() and not (
            models[pk] is person and path.partition(".")[0] in _text_fields()
        ):
            named[models[pk]].add(int(key))
    used = named[files.model]
    if issubclass(files.model, get_image_model()):
        logos = organisation.objects.filter(pk__in=named[organisation], live=True)
        used |= set(logos.values_list("logo", flat=True))
        people = person.objects.filter(pk__in=named[person])
        used |= set(person.shown(people, "api").values_list("photo", flat=True))
    return files.filter(pk__in=used - {None})


@cache
def _text_fields() -> set[str]:
    """The names of fields of pages that hold rich text."""
    fields = (field for model in get_page_models() for field in model._meta.get_fields())
    return {field.name for field in fields if isinstance(field, RichTextField | StreamField)}


def is_public_file(item: Any) -> bool:
    """Whether an image or document lies outside restricted collections and those below them."""
    path = item.collection.path
    ancestors = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    return not CollectionViewRestriction.objects.filter(collection__path__in=ancestors).exists()
