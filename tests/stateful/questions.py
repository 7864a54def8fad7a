"""What is asked after each action, and what must be answered."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from wagtail.models import Page

from home.models import HomePage, StandardPage
from partners.models import CooperationIndexPage, NetworkPage, Organisation, PartnerPage, Topic
from partners.models.pages import ExchangeProgrammePage
from tests.stateful.oracle import Oracle

COOPERATIONS = (PartnerPage, NetworkPage, ExchangeProgrammePage)
#: Every type of page with all its fields; together they are a crawl of the site.
CRAWL = [
    f"pages/?type={model._meta.label}&fields=*&include_aliases=true&limit=100"
    for model in (HomePage, StandardPage, CooperationIndexPage, *COOPERATIONS)
]


@dataclass(frozen=True)
class Question:
    """An address below ``/api/v2/`` and a part of the answer.

    ``part`` takes that part out of the answer; ``expected`` is what it must be.
    """

    address: str
    expected: Callable[[Oracle], Any]
    part: Callable[[Any], Any]


def ids(answer: Any) -> Any:
    """Which items a list has, in which order, and how many there are on all pages."""
    return answer["meta"]["total_count"], [item["id"] for item in answer["items"]]


def listing(
    address: str, *languages: str, order: Sequence[Any] = ("pk",), part: slice = slice(0, None),
    **conditions: Any,
) -> Question:  # fmt: skip
    """A list of pages."""

    def expected(oracle: Oracle) -> Any:
        found = oracle.listed(*languages, **conditions)
        pages = Page.objects.filter(pk__in=found)
        if order == "-title":
            ordered = sorted(pages.order_by("pk"), key=letters, reverse=True)
        else:
            ordered = list(pages.order_by(*order, "pk"))
        return len(found), [page.pk for page in ordered[part]]

    return Question(address, expected, ids)


def letters(page: Any) -> str:
    """What titles are sorted by for people, as far as those of this site go: letters without case
    and accents."""
    decomposed = unicodedata.normalize("NFD", page.title.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def with_country(oracle: Oracle) -> Any:
    def fits(page: Any) -> bool:
        codes = [
            body["address"]["country"]["code"]
            for body in oracle.bodies_of(page)
            if body["address"]["country"]
        ]
        codes += [country["code"] for country in oracle.items[page.pk].get("countries", [])]
        return "SK" in codes

    found = oracle.listed(types=COOPERATIONS, where=fits)
    return len(found), found


def with_topic(oracle: Oracle) -> Any:
    key = key_of(Topic)

    def fits(page: Any) -> bool:
        return key in [one["translation_key"] for one in oracle.items[page.pk]["topics"]]

    found = oracle.listed(types=COOPERATIONS, where=fits)
    return len(found), found


def with_organisation(oracle: Oracle) -> Any:
    key = key_of(Organisation)

    def fits(page: Any) -> bool:
        return key in [body["translation_key"] for body in oracle.bodies_of(page)]

    found = oracle.listed(types=COOPERATIONS, where=fits)
    return len(found), found


def key_of(model: Any) -> str:
    """The translation key of the first of a kind of snippet; of none where there is none."""
    first = model.objects.order_by("pk").first()
    return str(first.translation_key) if first else "00000000-0000-4000-8000-000000000000"


def items(answer: Any) -> Any:
    return {item["id"]: item for item in answer["items"]}


def newest(name: str) -> Any:
    return F(name).desc(nulls_last=True)


QUESTIONS = [
    listing("pages/?limit=100"),
    listing("cooperations/?limit=100", types=COOPERATIONS),
    listing(
        "cooperations/?locale=sk&fallback=lv,de&limit=5&order=-title", "sk", "lv", "de",
        types=COOPERATIONS, order="-title", part=slice(0, 5),
    ),
    listing(
        "cooperations/?kind=network&fields=_,id,title,contacts,translations", types=(NetworkPage,)
    ),
    Question("cooperations/?country=SK&fields=_,id,organisation,translations", with_country, ids),
    Question("cooperations/?topic={topic}", with_topic, ids),
    Question("cooperations/?organisation={organisation}", with_organisation, ids),
    listing("pages/?locale=sk&limit=100&fields=*", "sk"),
    listing("pages/?locale=lv&include_aliases=true&fields=_,id,title", "lv", aliases=True),
    listing("pages/?include_aliases=true&limit=3&offset=2", aliases=True, part=slice(2, 5)),
    listing(
        "pages/?min_state=complete&order=-last_published_at,id&limit=50", min_state="complete",
        order=[newest("last_published_at")],
    ),
    listing("pages/?min_state=machine&order=-id", min_state="machine", order=["-pk"]),
    listing(
        "pages/?type=kis_partners.PartnerPage&fields=*&rich_text_format=text", types=(PartnerPage,)
    ),
    Question("locales/", Oracle.counts, lambda answer: {
        one["code"]: one["pages"] for one in answer["items"]
    }),
    Question("images/?limit=100", lambda oracle: oracle.shown_files()[0], lambda answer: {
        one["id"] for one in answer["items"]
    }),
    Question("documents/?limit=100", lambda oracle: oracle.shown_files()[1], lambda answer: {
        one["id"] for one in answer["items"]
    }),
]  # fmt: skip
