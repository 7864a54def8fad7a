"""The filter of a list of cooperations: a form with method GET, without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..words.collation import order_key
from ..words.interface import language_of
from .snippets import Topic

if TYPE_CHECKING:
    from .pages import CooperationPage


class MarkedSelect(forms.Select):
    """A select whose untranslated (English) choices are marked with ``lang="en"``."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, label, *args, **kwargs)
        if code := language_of(label):
            option["attrs"]["lang"] = code
        return option


class CooperationFilter(forms.Form):
    """By kind and by topic; choices are the kinds and topics of the list's cooperations."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=MarkedSelect)
    topic = forms.ChoiceField(label=_("Topic"), required=False, widget=MarkedSelect)

    def __init__(self, data: Mapping[str, Any], pages: list[CooperationPage]) -> None:
        super().__init__(data, auto_id="filter-%s")
        kinds = {page.kind: capfirst(str(page._meta.verbose_name_plural)) for page in pages}
        ids = {link.topic_id for page in pages for link in page.topics.all()}
        topics = Topic.objects.filter(pk__in=ids, live=True)
        spoken = Topic.objects.filter(
            translation_key__in=[topic.translation_key for topic in topics],
            locale__language_code=get_language(),
            live=True,
        )
        names = {topic.translation_key: topic.name for topic in [*topics, *spoken]}
        self._choose("kind", kinds)
        self._choose("topic", {str(topic.pk): names[topic.translation_key] for topic in topics})

    def _choose(self, name: str, choices: dict[str, str]) -> None:
        field: Any = self.fields[name]
        language = get_language() or settings.LANGUAGE_CODE
        ordered = sorted(choices.items(), key=lambda choice: order_key(choice[1], language))
        field.choices = [("", _("all")), *ordered]

    @property
    def is_active(self) -> bool:
        """Whether a valid choice was made."""
        return self.is_valid() and any(self.cleaned_data.values())

    def apply(self, pages: list[CooperationPage]) -> list[CooperationPage]:
        """The pages that fit; all of them without a valid choice."""
        if not self.is_valid():
            return pages
        kind, topic = self.cleaned_data["kind"], self.cleaned_data["topic"]
        return [
            page
            for page in pages
            if (not kind or page.kind == kind)
            and (not topic or any(str(link.topic_id) == topic for link in page.topics.all()))
        ]
