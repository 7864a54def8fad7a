"""The contents of the search page: results by language, excerpts, facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from babel import Locale as Language
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from partners import kinds
from partners.api.payload import whole_pages
from partners.models import CooperationPage, Topic
from partners.public.pages import pages_in_language, public_pages
from partners.public.translations import there
from partners.search import pdf
from partners.search.excerpts import MarkedText, excerpt, marked
from partners.search.index import Searchable, indexing, stream_texts
from partners.search.query import search, typed
from partners.search.suggest import did_you_mean
from partners.words import countries
from partners.words.collation import order_key

#: Limits: matches that are counted, results on a page, suggestions while typing.
MOST, PER_PAGE, MOST_TYPED = 500, 10, 6
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

    ``own`` are in the reader's language, ``others`` are not. ``is_partial`` tells that no page
    contains all words of the query, and that the results contain some of them.
    """

    query: str
    total: int = 0
    is_partial: bool = False
    own: list[Result] = field(default_factory=list)
    others: list[Result] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    number: int = 1
    pages: int = 1
    suggestion: str = ""


def searchable_pages(request: Any) -> QuerySet[Page]:
    """The public pages of the site in all languages."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    roots = site.root_page.get_translations(inclusive=True)
    found = Page.objects.none()
    for root in roots:
        found = found | Page.objects.descendant_of(root, inclusive=True)
    return public_pages(found)


def find_results(
    request: Any, query: str, locale: str, chosen: dict[str, str], number: int
) -> Results:
    """Page ``number`` of the results of a query; ``chosen`` maps facets to their chosen values."""
    pages = searchable_pages(request)
    # By ids, because search backends can't translate the conditions of ``public_pages``.
    pages = Page.objects.filter(pk__in=pages.values("pk")).order_by("pk")
    asked = pages.select_related("locale", "content_type")
    found = list(search(asked, query)[:MOST])
    results = Results(query)
    if not found:
        found = list(search(asked, query, operator="or")[:MOST])
        results.is_partial = bool(found)
    # Each page once: in the reader's language, if it was found in that.
    found.sort(key=lambda page: page.locale.language_code != locale)
    once = {page.translation_key: page for page in reversed(found)}
    ids = {page.pk for page in once.values()}
    found = [page for page in found if page.pk in ids]
    found, results.facets = _narrowed(found, chosen, locale)
    results.total = len(found)
    results.pages = max(1, -(-len(found) // PER_PAGE))
    results.number = min(max(1, number), results.pages)
    shown = found[(results.number - 1) * PER_PAGE : results.number * PER_PAGE]
    by_id = _whole(shown)
    shown = [page for page in shown if page.pk in by_id]
    foreign = {page.translation_key for page in shown if page.locale.language_code != locale}
    own = Page.objects.filter(translation_key__in=foreign, locale__language_code=locale)
    urls = {page.translation_key: page.url for page in pages_in_language(own)}
    with indexing(by_id.values()):
        for page in shown:
            result = _result(by_id[page.pk], query, locale, urls.get(page.translation_key, ""))
            (results.others if result.language else results.own).append(result)
    results.documents = pdf.find_documents(query, pages)[:PER_PAGE]
    if (results.is_partial or not results.total) and not any(chosen.values()):
        results.suggestion = did_you_mean(query, asked, _texts_of)
    return results


def _whole(pages: list[Page]) -> dict[int, Any]:
    """Pages of their own types by id; one statement for all cooperations."""
    found = whole_pages({page.pk: page.specific_class._meta.label for page in pages})
    return {page.pk: page for page in found}


def _texts_of(pages: list[Page]) -> Iterator[tuple[str, str]]:
    for page in _whole(pages).values():
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
    pages: list[Page], chosen: dict[str, str], locale: str
) -> tuple[list[Page], list[Facet]]:
    """The pages that match the chosen facets, and the facets with the pages for each choice."""
    values = _values([page.pk for page in pages], pages)

    def fits(page: Page, names: Any) -> bool:
        return all(
            not chosen.get(name) or chosen[name] in values[name].get(page.pk, ()) for name in names
        )

    facets = []
    labels, languages = _labels(values, locale)
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


def _values(ids: list[int], pages: list[Page]) -> dict[str, dict[int, set[str]]]:
    """For each facet, the values of each page; one statement for each facet but the kind."""
    values: dict[str, dict[int, set[str]]] = {name: {} for name in FACETS}
    for page in pages:
        model: Any = page.content_type.model_class()
        if kinds.is_kind(model):
            values["kind"][page.pk] = {model.kind}
    for name, fields in kinds.field_filters().items():
        for model, _field in fields if name in FACETS else ():
            rows = model.objects.filter(pk__in=ids).values_list("pk", name)
            values[name].update((key, {value}) for key, value in rows if value)
    for name, relations in kinds.facets().items():
        for model, relation, column in relations if name in FACETS else ():
            for key, value in relation.values(model, column, ids):
                values[name].setdefault(key, set()).add(str(value))
    return values


def _labels(
    values: dict[str, dict[int, set[str]]], locale: str
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The labels of values by facet, and the languages of topics that have none in the reader's."""
    keys = set().union(*values["topic"].values()) if values["topic"] else set()
    topics: dict[str, Topic] = {}
    rows = Topic.objects.filter(there(), translation_key__in=keys).select_related("locale")
    for topic in rows:
        if str(topic.translation_key) not in topics or topic.locale.language_code == locale:
            topics[str(topic.translation_key)] = topic
    codes = set().union(*values["country"].values()) if values["country"] else set()
    found = {
        "kind": {one.kind: capfirst(str(one._meta.verbose_name_plural)) for one in kinds.kinds()},
        "country": {code: countries.name(code) for code in codes},
        "topic": {key: topic.name for key, topic in topics.items()},
    }
    for name, fields in kinds.field_filters().items():
        for _model, column in fields:
            choices = {str(value): capfirst(str(label)) for value, label in column.flatchoices}
            found.setdefault(name, {}).update(choices)
    languages = {key: topic.locale.language_code for key, topic in topics.items()}
    return found, {key: code for key, code in languages.items() if code != locale}
