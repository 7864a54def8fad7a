"""The contents of the search page: results by language, excerpts, facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from babel import Locale as Language
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from partners import kinds
from partners.api.payload import whole_pages
from partners.delivery.shelf.rows import public_pages_by_rows
from partners.delivery.shelf.version import kept_version, site_id_for, version_for
from partners.models import CooperationPage, Topic
from partners.public.pages import pages_in_language, site_pages
from partners.public.translations import there
from partners.search import pdf
from partners.search.concepts import Concept
from partners.search.current import thesaurus
from partners.search.excerpts import MarkedText, excerpt, marked
from partners.search.index import Searchable, indexing, languages, stream_texts
from partners.search.query import typed
from partners.search.ranked import Match, query_of, ranked
from partners.search.suggest import near_words, spelled, vocabulary
from partners.words import countries
from partners.words.collation import order_key

#: Limits: matches that are counted, results on a page, suggestions while typing.
MOST, PER_PAGE, MOST_TYPED = 500, 10, 6
COLUMNS = ("locale__language_code", "translation_key", "content_type_id")
FACETS = ("kind", "level", "country", "topic")


@dataclass(frozen=True)
class Result:
    """A page that was found.

    For a page in another language than the reader's, ``language`` is the name of that language in
    that language, and ``own_url`` the address of the page's translation for the reader, if any.
    """

    page: Page
    locale: str
    language: str
    own_url: str
    title: list[MarkedText]
    excerpt: list[MarkedText]


@dataclass(frozen=True)
class Answer:
    """What editors say to a concept that a query names: a page, a few words, or both."""

    page: Page | None
    #: The code of the page's language, if it isn't the reader's.
    language: str
    advice: str


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool
    #: The code of the label's language, if it is words of editors in another one.
    language: str = ""


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


@dataclass
class Results:
    """One page of the results of a query; ``total`` counts the results on all pages.

    ``own`` are in the reader's language, ``others`` are not; ``related`` have words that are
    related to those of the query. ``is_partial`` tells that no page contains all words of the
    query, and that the results contain some of them; ``is_near`` that no page contains them, and
    that the results are those of ``suggestion``, which has near words; ``is_danger`` that it names
    a danger. ``answers`` are those of editors.
    """

    query: str
    total: int = 0
    is_partial: bool = False
    is_near: bool = False
    own: list[Result] = field(default_factory=list)
    others: list[Result] = field(default_factory=list)
    related: list[Result] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    number: int = 1
    pages: int = 1
    suggestion: str = ""
    is_danger: bool = False
    answers: list[Answer] = field(default_factory=list)


def searchable_pages(request: Any) -> QuerySet[Page]:
    """The public pages of the site in all languages, by the rows of the shelf while it is open."""
    version = version_for(request)
    if version.usable:
        return public_pages_by_rows(site_id_for(request))
    return site_pages(request)


class Found(NamedTuple):
    """A page that was found, with what decides where it is listed."""

    pk: int
    locale: str
    key: UUID
    model: type[Page]
    is_related: bool


def find_results(
    request: Any,
    query: str,
    locale: str,
    chosen: dict[str, str],
    number: int = 1,
    part: slice | None = None,
) -> Results:
    """Page ``number`` of the results of a query, or a ``part`` of them; ``chosen`` maps facets to
    their chosen values.

    At most twelve statements, whatever is typed.
    """
    pages = searchable_pages(request)
    named = thesaurus().named(query, languages())
    results = Results(query, is_danger=any(one.danger for one in named))
    results.answers = _answers(named, pages, locale)
    near: dict[str, list[str]] = {}
    matches = ranked(pages, query_of(pages, query), *COLUMNS)[:MOST]
    if not matches:
        near = near_words(query, pages, lambda: _vocabulary(request, pages))
        matches = ranked(pages, query_of(pages, query, near=near), *COLUMNS)[:MOST]
        # With all words if there are such pages, else with some.
        matches = [match for match in matches if match.tier == matches[0].tier]
        results.is_partial = bool(matches) and matches[0].tier > 0
    found = _once(map(_found, matches), locale)
    found, results.facets = _narrowed(found, chosen, locale, _topics(request, locale))
    results.total = len(found)
    results.pages = max(1, -(-len(found) // PER_PAGE))
    results.number = min(max(1, number), results.pages)
    shown = found[part or slice((results.number - 1) * PER_PAGE, results.number * PER_PAGE)]
    by_id = _whole(shown)
    shown = [page for page in shown if page.pk in by_id]
    urls = _own_urls([page.key for page in shown if page.locale != locale], locale)
    with indexing(by_id.values()):
        if near and shown:
            results.suggestion = spelled(query, near, _texts_of(by_id[page.pk] for page in shown))
        asked = results.suggestion or query
        for page in shown:
            result = _result(by_id[page.pk], asked, locale, urls.get(page.key, ""))
            if page.is_related and not near:
                results.related.append(result)
            else:
                (results.others if result.language else results.own).append(result)
    results.is_near = bool(results.suggestion) and not results.is_partial
    results.documents = pdf.find_documents(query, pages)[:PER_PAGE]
    return results


def _answers(named: list[Concept], pages: QuerySet[Page], locale: str) -> list[Answer]:
    """What editors say to concepts; a page in the reader's language where there is one. At most one
    statement."""
    keys = {one.page for one in named if one.page}
    by_key: dict[str, Page] = {}
    if keys:
        wanted = pages.filter(translation_key__in=keys).select_related("locale")
        for page in sorted(wanted, key=lambda page: page.locale.language_code == locale):
            by_key[str(page.translation_key)] = page
    answers: dict[tuple[str, str], Answer] = {}
    for one in named:
        page, advice = by_key.get(one.page), one.advice.get(locale, "")
        if page or advice:
            code = page.locale.language_code if page else locale
            said = Answer(page, "" if code == locale else code, advice)
            answers[one.page, advice] = said
    return list(answers.values())


def _vocabulary(request: Any, pages: QuerySet[Page]) -> frozenset[str]:
    """The words of the public pages; asked once for a version of the content."""
    version = kept_version(request)
    if version is None:
        return vocabulary(pages)
    key = ("search vocabulary", site_id_for(request))
    known: frozenset[str] | None = version.known.get(key)
    return version.remember(key, vocabulary(pages)) if known is None else known


def _found(match: Match) -> Found:
    code, key, kind = match.columns
    model = ContentType.objects.get_for_id(kind).model_class() or Page
    key = key if isinstance(key, UUID) else UUID(key)
    return Found(match.pk, code, key, model, match.tier > 0)


def _once(found: Iterable[Found], locale: str) -> list[Found]:
    """Each page once, in the reader's language if it was found in that; those come first."""
    ordered = sorted(found, key=lambda page: (page.is_related, page.locale != locale))
    once: dict[UUID, Found] = {}
    for page in ordered:
        once.setdefault(page.key, page)
    return list(once.values())


def _own_urls(keys: list[UUID], locale: str) -> dict[UUID, str]:
    """The addresses of pages in the reader's language, by translation key."""
    if not keys:
        return {}
    own = Page.objects.filter(translation_key__in=keys, locale__language_code=locale)
    return {page.translation_key: page.url for page in pages_in_language(own)}


def _whole(pages: list[Found]) -> dict[int, Any]:
    """Pages of their own types by id; one statement for all cooperations."""
    found = whole_pages({page.pk: page.model._meta.label for page in pages})
    return {page.pk: page for page in found}


def _texts_of(pages: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for page in pages:
        locale = page.search_locale() if isinstance(page, Searchable) else page.locale.language_code
        yield from ((text, locale) for text in (page.title, *_texts(page)))


def _result(page: Any, query: str, locale: str, own_url: str) -> Result:
    code = page.locale.language_code
    # Untranslated texts of a page are in the language of its source.
    own = (
        dict.fromkeys((page.search_locale(), page.source_locale()))
        if isinstance(page, Searchable)
        else [code]
    )
    language = Language.parse(code, sep="-").get_display_name() or code
    return Result(
        page=page,
        locale=code,
        language="" if code == locale else language.capitalize(),
        own_url=own_url,
        title=marked(page.title, query, *own),
        excerpt=excerpt(_texts(page), query, *own),
    )


def _texts(page: Any) -> Iterator[str]:
    """The texts of a page for excerpts: own fields first. Without search terms, which readers don't
    see. Of a cooperation without those for which its things would have to be loaded."""
    yield getattr(page, "lead", "")
    names = [one.name for one in page._meta.get_fields() if isinstance(one, StreamField)]
    for name in names:
        yield from stream_texts(page, name)
    if isinstance(page, CooperationPage):
        yield from (word for fact in page.facts_at_hand() for word in fact.words)
    elif isinstance(page, Searchable):
        texts = page.search_texts()
        hidden = {getattr(page, name, "") for name in ("search_terms", "title")}
        yield from (text for text in texts.every() if text not in hidden)


def typed_pages(request: Any, query: str, locale: str) -> list[Page]:
    """The best matches in a language for a query that is still being typed."""
    pages = searchable_pages(request).filter(locale__language_code=locale)
    pages = Page.objects.filter(pk__in=pages.values("pk"))
    return list(typed(pages, query)[:MOST_TYPED])


# Facets


def _narrowed(
    pages: list[Found],
    chosen: dict[str, str],
    locale: str,
    topics: dict[str, tuple[str, str]],
) -> tuple[list[Found], list[Facet]]:
    """The pages that match the chosen facets, and the facets with the pages for each choice."""
    values = _values(pages)

    def fits(page: Found, names: Any) -> bool:
        return all(
            not chosen.get(name) or chosen[name] in values[name].get(page.pk, ()) for name in names
        )

    facets = []
    labels, languages = _labels(values, locale, topics)
    headings = {
        "kind": _("Kind"), "level": _("Level"), "country": _("Country"), "topic": _("Topic"),
    }  # fmt: skip
    for name in FACETS:
        others = [one for one in FACETS if one != name]
        counts = Counter(
            value for page in pages if fits(page, others) for value in values[name].get(page.pk, ())
        )
        if chosen.get(name) and chosen[name] in labels[name]:
            counts.setdefault(chosen[name], 0)
        choices = [
            Choice(
                value,
                labels[name].get(value, value),
                count,
                chosen.get(name) == value,
                languages.get(value, ""),
            )
            for value, count in counts.items()
        ]
        choices.sort(key=lambda choice: order_key(choice.label, locale))
        if choices:
            facets.append(Facet(name, headings[name], choices))
    return [page for page in pages if fits(page, FACETS)], facets


def _values(pages: list[Found]) -> dict[str, dict[int, set[str]]]:
    """For each facet, the values of each page; one statement for all."""
    values: dict[str, dict[int, set[str]]] = {name: {} for name in FACETS}
    ids = [page.pk for page in pages]
    for page in pages:
        model: Any = page.model
        if kinds.is_kind(model):
            values["kind"][page.pk] = {model.kind}
    if not values["kind"]:
        return values
    asked = []
    for name in FACETS:
        for model, _field in kinds.field_filters().get(name, ()):
            asked.append(
                (name, model.objects.order_by().filter(pk__in=ids).values_list("pk", name))
            )
        for model, relation, column in kinds.facets().get(name, ()):
            asked.append((name, relation.values(model, column, ids)))
    as_text = []
    uuids = set()
    for name, rows in asked:
        owner, value = rows.query.values_select
        if isinstance(rows.query.select[-1].output_field, UUIDField):
            uuids.add(name)
        rows = rows.annotate(facet=Value(name), text=Cast(value, TextField()))
        as_text.append(rows.values_list(owner, "text", "facet"))
    for key, value, name in as_text[0].union(*as_text[1:], all=True) if as_text else ():
        if value:
            values[name].setdefault(key, set()).add(str(UUID(value)) if name in uuids else value)
    return values


def _topics(request: Any, locale: str) -> dict[str, tuple[str, str]]:
    """Name and language of each topic by its key, in the reader's language if there is one; asked
    once for a version of the content."""
    version = kept_version(request)
    key = ("search topics", locale)
    if version and (known := version.known.get(key)) is not None:
        found: dict[str, tuple[str, str]] = known
        return found
    topics: dict[str, tuple[str, str]] = {}
    for topic in Topic.objects.filter(there()).select_related("locale"):
        code = topic.locale.language_code
        if str(topic.translation_key) not in topics or code == locale:
            topics[str(topic.translation_key)] = topic.name, code
    return version.remember(key, topics) if version else topics


def _labels(
    values: dict[str, dict[int, set[str]]], locale: str, topics: dict[str, tuple[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The labels of values by facet, and the languages of topics that have none in the reader's."""
    codes = set().union(*values["country"].values()) if values["country"] else set()
    found = {
        "kind": {one.kind: capfirst(str(one._meta.verbose_name_plural)) for one in kinds.kinds()},
        "country": {code: countries.name(code) for code in codes},
        "topic": {key: name for key, (name, _code) in topics.items()},
    }
    for name, fields in kinds.field_filters().items():
        for _model, column in fields:
            choices = {str(value): capfirst(str(label)) for value, label in column.flatchoices}
            found.setdefault(name, {}).update(choices)
    return found, {key: code for key, (_name, code) in topics.items() if code != locale}
