"""The language of an answer: the requested one, or one that stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import QueryDict
from wagtail.api.v2.utils import parse_boolean
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Page

from ..public.translations import STATES, State, at_least, in_own_words
from .errors import BadParameter, Missing, unknown

PARAMETERS = frozenset(["locale", "fallback", "min_state", "include_aliases"])


@dataclass(frozen=True)
class Wanted:
    """The language, states and aliases that a request asks for.

    ``languages`` are the requested language and those that may stand in for it, in this order;
    empty for all languages.
    """

    languages: tuple[str, ...] = ()
    min_state: State = "partial"
    include_aliases: bool = False

    @property
    def requested(self) -> str | None:
        return self.languages[0] if self.languages else None

    @classmethod
    def parse(cls, query: QueryDict) -> Wanted:
        """Read ``locale``, ``fallback``, ``min_state`` and ``include_aliases``.

        Raises ``BadParameter``, and ``Http404`` for a language that the site doesn't have.
        """
        languages: list[str] = []
        if "locale" in query:
            languages.append(str(query["locale"]))
        if "fallback" in query:
            if not languages:
                raise BadParameter("fallback", "says what stands in for ?locale=, which is missing")
            languages += str(query["fallback"]).split(",")
        known = get_content_languages()
        for code in languages:
            if code not in known and not Locale.objects.filter(language_code=code).exists():
                name = "locale" if code == languages[0] else "fallback"
                raise Missing(name, f"There is no language {code!r} here.")
        if len(set(languages)) < len(languages):
            raise BadParameter("fallback", "names a language twice")
        state = query.get("min_state", "partial")
        if state not in STATES:
            raise BadParameter("min_state", unknown(state, STATES, "state"))
        try:
            aliases = parse_boolean(query.get("include_aliases", "false"))
        except ValueError as error:
            raise BadParameter("include_aliases", str(error)) from error
        return cls(tuple(languages), state, aliases)

    def select(self, pages: QuerySet[Any], among: QuerySet[Any] | None = None) -> QuerySet[Any]:
        """Of each page the best of the wanted versions; all acceptable ones without a language.

        ``among`` are all public versions, if ``pages`` are only some of them.
        """
        pages = self._acceptable(pages)
        if len(self.languages) < 2:
            return pages
        others = pages if among is None else self._acceptable(among)
        better = self._ranked(others).filter(
            translation_key=OuterRef("translation_key"), language_rank__lt=OuterRef("language_rank")
        )
        return self._ranked(pages).filter(~Exists(better))

    def _acceptable(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        """The versions in one of the wanted languages and states."""
        if not self.include_aliases:
            pages = in_own_words(pages)
        pages = at_least(pages, self.min_state)
        if not self.languages:
            return pages
        return pages.filter(locale__language_code__in=self.languages)

    def _ranked(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        ranks = [
            When(locale__language_code=code, then=Value(rank))
            for rank, code in enumerate(self.languages)
        ]
        return pages.annotate(language_rank=Case(*ranks))

    def choose(self, versions: QuerySet[Page]) -> Page | None:
        """The best of these versions of one page, None if none is acceptable."""
        found: Any = self.select(versions).order_by("pk").first()
        return found
