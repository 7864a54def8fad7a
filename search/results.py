"""What the search page shows: results by language, their excerpts, and facets to narrow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from babel import Locale as Language
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from partners.models import (
    CooperationTopic,
    ExchangeCountry,
    ExchangeProgrammePage,
    NetworkPage,
    PartnerPage,
    Topic,
)
from partners.public.pages import public_pages
from partners.public.translations import really_translated
from partners.search import documents
from partners.search.excerpts import Piece, excerpt, marked
from partners.search.index import Searchable, stream_texts
from partners.search.query import search, typed
from partners.search.suggest import did_you_mean
from partners.words import countries
from partners.words.collation import order_key

# Of more matches the best are shown: nobody reads on, and every number stays bounded.
MOST, PER_PAGE, MOST_TYPED = 500, 10, 6
FACETS = ("kind", "level", "country", "topic")
KINDS = (NetworkPage, PartnerPage, ExchangeProgrammePage)


@dataclass(frozen=True)
class Result:
    """A page that was found.

    ``language`` is its language's name in itself, if not the reader's; ``own_url`` is then the
    address of the same page in the reader's language, if there is one.
    """

    page: Page
    locale: str
    language: str
    own_url: str
    title: list[Piece]
    excerpt: list[Piece]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


@dataclass
class Results:
    """The answer to a query. ``total`` counts all results, ``own`` and ``others`` are one page.

    ``is_partial``: no page has all the words, so these have some of them.
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


def site_pages(request: Any) -> QuerySet[Page]:
    """The pages of the site, in all its languages, that everybody may read."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    roots = site.root_page.get_translations(inclusive=True)
    found = Page.objects.none()
    for root in roots:
        found = found | Page.objects.descendant_of(root, inclusive=True)
    return public_pages(found)


def find(request: Any, query: str, locale: str, chosen: dict[str, str], number: int) -> Results:
    """Everything that one page of results shows; ``chosen`` has a value for each facet in use."""
    pages = site_pages(request)
    # By their ids alone: search translates no other conditions.
    pages = Page.objects.filter(pk__in=pages.values("pk")).order_by("pk")
    asked = pages.select_related("locale", "content_type")
    found = list(search(asked, query)[:MOST])
    results = Results(query)
    if not found:
        found = list(search(asked, query, operator="or")[:MOST])
        results.is_partial = bool(found)
    # Each page once, in the reader's language where it is found in that.
    found.sort(key=lambda page: page.locale.language_code != locale)
    once = {page.translation_key: page for page in reversed(found)}
    ids = {page.pk for page in once.values()}
    found = [page for page in found if page.pk in ids]
    found, results.facets = _narrowed(found, chosen, locale)
    results.total = len(found)
    results.pages = max(1, -(-len(found) // PER_PAGE))
    results.number = min(max(1, number), results.pages)
    shown = found[(results.number - 1) * PER_PAGE : results.number * PER_PAGE]
    specific = Page.objects.filter(pk__in=[page.pk for page in shown]).specific()
    by_id = {page.pk: page for page in specific.select_related("locale")}
    foreign = {page.translation_key for page in shown if page.locale.language_code != locale}
    own = Page.objects.filter(translation_key__in=foreign, locale__language_code=locale)
    urls = {page.translation_key: page.url for page in really_translated(public_pages(own))}
    for page in shown:
        result = _result(by_id[page.pk], query, locale, urls.get(page.translation_key, ""))
        (results.others if result.language else results.own).append(result)
    results.documents = documents.find(query, pages)[:PER_PAGE]
    if (results.is_partial or not results.total) and not any(chosen.values()):
        results.suggestion = did_you_mean(query, pages)
    return results


def _result(page: Any, query: str, locale: str, own_url: str) -> Result:
    code = page.locale.language_code
    # What isn't translated yet is in another language.
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
    """The texts of a page, those first that cost nothing to read, without hidden search terms."""
    yield getattr(page, "lead", "")
    names = [one.name for one in page._meta.get_fields() if isinstance(one, StreamField)]
    for name in names:
        yield from stream_texts(page, name)
    if isinstance(page, Searchable):
        texts = page.search_texts()
        hidden = {getattr(page, name, "") for name in ("search_terms", "title")}
        yield from (text for text in texts.every() if text not in hidden)


def beginnings(request: Any, query: str, locale: str) -> list[Page]:
    """The pages of a language that fit what has been typed so far, best first."""
    pages = site_pages(request).filter(locale__language_code=locale)
    pages = Page.objects.filter(pk__in=pages.values("pk"))
    return list(typed(pages, query)[:MOST_TYPED])


# Facets


def _narrowed(
    pages: list[Page], chosen: dict[str, str], locale: str
) -> tuple[list[Page], list[Facet]]:
    """The pages that fit all choices, and the facets with the numbers that a choice would leave."""
    values = _values([page.pk for page in pages], pages)

    def fits(page: Page, names: Any) -> bool:
        return all(
            not chosen.get(name) or chosen[name] in values[name].get(page.pk, ()) for name in names
        )

    facets = []
    labels = _labels(values, locale)
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
            Choice(value, labels[name].get(value, value), count, chosen.get(name) == value)
            for value, count in counts.items()
        ]
        choices.sort(key=lambda choice: order_key(choice.label, locale))
        if choices:
            facets.append(Facet(name, headings[name], choices))
    return [page for page in pages if fits(page, FACETS)], facets


def _values(ids: list[int], pages: list[Page]) -> dict[str, dict[int, set[str]]]:
    """For each facet, the values of each page; one statement for each kind of value."""
    values: dict[str, dict[int, set[str]]] = {name: {} for name in FACETS}
    models = {kind: kind.kind for kind in KINDS}
    for page in pages:
        model: Any = page.content_type.model_class()
        if model in models:
            values["kind"][page.pk] = {models[model]}
    for key, level in NetworkPage.objects.filter(pk__in=ids).values_list("pk", "level"):
        values["level"][key] = {level}
    for key, code in ExchangeCountry.objects.filter(page__in=ids).values_list("page", "country"):
        values["country"].setdefault(key, set()).add(code)
    topics = CooperationTopic.objects.filter(page__in=ids, topic__live=True)
    for key, topic in topics.values_list("page", "topic__translation_key"):
        values["topic"].setdefault(key, set()).add(str(topic))
    return values


def _labels(values: dict[str, dict[int, set[str]]], locale: str) -> dict[str, dict[str, str]]:
    keys = set().union(*values["topic"].values()) if values["topic"] else set()
    topics: dict[str, str] = {}
    rows = Topic.objects.filter(translation_key__in=keys, live=True).select_related("locale")
    for topic in rows:
        if str(topic.translation_key) not in topics or topic.locale.language_code == locale:
            topics[str(topic.translation_key)] = topic.name
    codes = set().union(*values["country"].values()) if values["country"] else set()
    return {
        "kind": {kind.kind: str(kind._meta.verbose_name_plural).capitalize() for kind in KINDS},
        "level": {
            str(value): str(label).capitalize() for value, label in NetworkPage.Level.choices
        },
        "country": {code: countries.name(code) for code in codes},
        "topic": topics,
    }
