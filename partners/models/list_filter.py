"""A list of cooperations as readers see it: pages of it, and a filter by a form with method GET."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .. import kinds
from ..items.links import paths
from ..items.references import LOGO, References
from ..public.translations import foreign, there
from ..words.collation import order_key
from ..words.interface import language_of
from .snippets import Topic

if TYPE_CHECKING:
    from .pages import CooperationPage

#: How many cooperations a page of a list has.
PER_PAGE = 24


class Counted(str):
    """The label of a choice with the number of what it leads to, and the language of the label."""

    lang = ""

    @classmethod
    def of(cls, label: str, count: int, lang: str = "") -> Counted:
        """``lang`` is the language of an editor's words that aren't in the active one."""
        counted = cls(f"{label} ({count})")
        counted.lang = lang or language_of(label)
        return counted


class MarkedSelect(forms.Select):
    """A select whose choices in another language than the active one are marked with ``lang``."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, label, *args, **kwargs)
        if code := label.lang if isinstance(label, Counted) else language_of(label):
            option["attrs"]["lang"] = code
        return option


@dataclass(frozen=True)
class Listed:
    """A cooperation of a list, as far as the list must know all of them: its kind and topics."""

    pk: int
    model: Any
    topics: frozenset[str]

    def fits(self, kind: str, topic: str) -> bool:
        return (not kind or self.model.kind == kind) and (not topic or topic in self.topics)


class CooperationFilter(forms.Form):
    """By kind and by topic; choices are the kinds and topics of the list's cooperations.

    Beside each stands how many cooperations it leads to, together with what else is chosen.
    """

    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=MarkedSelect)
    topic = forms.ChoiceField(label=_("Topic"), required=False, widget=MarkedSelect)

    def __init__(self, data: Mapping[str, Any], listed: list[Listed]) -> None:
        super().__init__(data, auto_id="filter-%s")
        language = get_language() or settings.LANGUAGE_CODE
        ids = frozenset[str]().union(*(one.topics for one in listed))
        chosen_topics = Topic.objects.filter(pk__in=ids, live=True)
        families = chosen_topics.values("translation_key")
        own = Q(there(), translation_key__in=families, locale__language_code=language)
        topics = Topic.objects.filter(Q(pk__in=chosen_topics.values("pk")) | own)
        # The name in the language of the reader comes last, so it replaces that of another.
        found = sorted(
            topics.select_related("locale"), key=lambda one: one.locale.language_code == language
        )
        words = {topic.translation_key: topic for topic in found}
        labels = {
            "kind": {
                one.model.kind: capfirst(str(one.model._meta.verbose_name_plural)) for one in listed
            },
            "topic": {
                str(topic.pk): words[topic.translation_key].name
                for topic in found
                if str(topic.pk) in ids
            },
        }
        codes = {
            str(topic.pk): words[topic.translation_key].locale.language_code for topic in found
        }
        foreign_topics = {key: code for key, code in codes.items() if code != language}
        chosen = {
            name: data.get(name, "") if data.get(name) in labels[name] else "" for name in labels
        }
        for name, choices in labels.items():
            field: Any = self.fields[name]
            ordered = sorted(choices.items(), key=lambda choice: order_key(choice[1], language))
            counted = [
                (
                    value,
                    Counted.of(
                        label,
                        sum(_fitting(listed, {**chosen, name: value})),
                        foreign_topics.get(value, ""),
                    ),
                )
                for value, label in ordered
            ]
            field.choices = [("", _("all")), *counted]

    @property
    def is_active(self) -> bool:
        """Whether a valid choice was made."""
        return self.is_valid() and any(self.cleaned_data.values())

    def apply(self, listed: list[Listed]) -> list[Listed]:
        """Those that fit; all of them without a valid choice."""
        if not self.is_valid():
            return listed
        return [one for one in listed if one.fits(**self.cleaned_data)]


def _fitting(listed: list[Listed], chosen: dict[str, str]) -> Iterable[bool]:
    return (one.fits(**chosen) for one in listed)


class CooperationList:
    """A page of the cooperations among ``pages``, in their order or by kind, as ``data`` asks.

    However many cooperations there are, one statement reads their kinds and topics, one loads those
    of the page, and two their logos.
    """

    def __init__(self, pages: QuerySet[Any], data: Mapping[str, Any], by_kind: bool) -> None:
        self.pages = pages
        self.listed = _listed(pages)
        self.data = data
        is_asked = any(data.get(name) for name in CooperationFilter.base_fields)
        fitting = self.filter.apply(self.listed) if is_asked else self.listed
        if by_kind:
            fitting = sorted(fitting, key=lambda one: kinds.kinds().index(one.model))
        self.by_kind = by_kind
        self.page: Page = Paginator(fitting, PER_PAGE).get_page(data.get("page"))

    @cached_property
    def filter(self) -> CooperationFilter:
        """The form; a statement reads its topics."""
        return CooperationFilter(self.data, self.listed)

    @cached_property
    def cooperations(self) -> list[CooperationPage]:
        """The cooperations of this page."""
        return with_logos(loaded([one.pk for one in self.page]))

    @property
    def groups(self) -> list[tuple[Any, list[CooperationPage]]]:
        """The cooperations of this page, below the headings of their kinds or an empty one."""
        if not self.by_kind:
            return [("", self.cooperations)] if self.cooperations else []
        groups = (list(group) for _kind, group in groupby(self.cooperations, type))
        return [(group[0]._meta.verbose_name_plural, group) for group in groups]


def _listed(pages: QuerySet[Any]) -> list[Listed]:
    types = ContentType.objects.get_for_models(*kinds.kinds())
    by_type = {content_type.pk: model for model, content_type in types.items()}
    found: dict[int, tuple[Any, set[str]]] = {}
    for pk, type_id, topic in pages.values_list("pk", "content_type_id", "topics__topic_id"):
        if type_id in by_type:
            _model, topics = found.setdefault(pk, (by_type[type_id], set()))
            topics |= {str(topic)} if topic else set()
    return [Listed(pk, model, frozenset(topics)) for pk, (model, topics) in found.items()]


def loaded(ids: list[int]) -> list[CooperationPage]:
    """These cooperations in this order, with their links; one statement.

    ``title_lang`` and ``lead_lang`` are the languages of texts that aren't translated.
    """
    if not ids:
        return []
    rows = kinds.base().objects.filter(pk__in=ids).select_related("locale")
    rows = rows.annotate(title_lang=foreign("title"), lead_lang=foreign("lead"))
    found = {}
    for row in kinds.with_links(rows, kinds.kinds()):
        page = found[row.pk] = kinds.as_kind(row)
        page.title_lang, page.lead_lang = row.title_lang, row.lead_lang
    return [found[pk] for pk in ids if pk in found]


def with_logos(pages: list[CooperationPage]) -> list[CooperationPage]:
    """Cooperations with ``logo``: that of their organisation as an image of the API, if everybody
    may see it; two statements."""
    references = References(audience="site", from_objects=True, renditions=[LOGO])
    found = references.resolve(
        [
            [
                relation.value(page, references)
                for relation, path in paths(type(page))
                if path.owner is None and path.target.loads == "organisation"
            ]
            for page in pages
        ]
    )
    for page, organisations in zip(pages, found, strict=True):
        logos = (one["logo"] for one in organisations if one)
        page.logo = next((logo for logo in logos if logo), None)
    return pages
