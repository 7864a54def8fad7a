"""What editors add to the concepts of the search; see :mod:`..search.concepts`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from ..search.concepts import concepts
from ..search.skos import LONGEST_LABEL, LONGEST_NAME, problem_of
from .fields import SiteLanguageField


class ConceptForm(WagtailAdminModelForm):
    """Says what is wrong with the names of other concepts, and with a new concept without terms."""

    def clean_broader(self) -> str:
        names = self.cleaned_data["broader"].replace(",", " ").split()
        others = set(Concept.objects.values_list("name", flat=True)) | concepts().keys()
        others -= {self.cleaned_data.get("name")}
        if unknown := [name for name in names if name not in others]:
            raise ValidationError(
                _("There is no other concept of this name: %(names)s."),
                params={"names": ", ".join(unknown)},
            )
        return " ".join(names)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rows = [form for form in self.formsets["words"].forms if form.is_valid()]
        kept = [form.cleaned_data for form in rows if not form.cleaned_data.get("DELETE")]
        name = cleaned.get("name")
        if name and name not in concepts() and not any(row.get("terms") for row in kept):
            self.add_error("name", _("A new concept needs a term in at least one language."))
        return cleaned


class Concept(ClusterableModel):
    """Words of editors for a concept of the thesaurus, or a concept of their own."""

    name = models.SlugField(
        _("name"),
        max_length=LONGEST_NAME,
        unique=True,
        help_text=_(
            "A short name without spaces. The name of a concept that exists adds words to it; the "
            "report on concepts of the search has the names."
        ),
    )
    is_danger = models.BooleanField(
        _("a danger"),
        default=False,
        help_text=_("Whoever searches for it sees emergency numbers first."),
    )
    broader = models.CharField(
        _("broader concepts"),
        max_length=250,
        blank=True,
        help_text=_("Names with spaces between. Pages about these are found as well."),
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page that answers"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown above the results, in the reader's language where it is translated."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("is_danger"),
        FieldPanel("broader"),
        FieldPanel("page"),
        InlinePanel("words", heading=_("Words"), label=_("Words in a language")),
    ]
    base_form_class = ConceptForm

    class Meta:
        verbose_name = _("concept of the search")
        verbose_name_plural = _("concepts of the search")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def in_words(self) -> str:
        """Its words in one line, for lists."""
        return "; ".join(
            f"{one.language}: {', '.join([*one.terms.splitlines(), *one.asks.splitlines()])}"
            for one in self.words.all()
        )


class ConceptWords(Orderable):
    """The words of a concept in one language, each on a line of its own."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="words")
    language = SiteLanguageField(
        _("language"), help_text=_("The language of these words. Each language stands here once.")
    )
    terms = models.TextField(
        _("terms"),
        blank=True,
        help_text=_(
            "What texts have, one on each line. Searches are recognised by them, and pages that "
            "have one are found."
        ),
    )
    asks = models.TextField(
        _("what people type"),
        blank=True,
        help_text=_(
            "Everyday words, phrases, older terms, one on each line. Searches are recognised by "
            "them; pages are found by the terms alone."
        ),
    )
    advice = models.CharField(
        _("advice"),
        max_length=300,
        blank=True,
        help_text=_("What to do, in one or two sentences. Shown above the results."),
    )

    panels: list[Any] = [
        MultiFieldPanel(
            [
                FieldPanel("language"),
                FieldPanel("terms"),
                FieldPanel("asks"),
                FieldPanel("advice"),
            ]
        )
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("words of a concept")
        unique_together = [("concept", "language")]

    def __str__(self) -> str:
        return f"{self.language}: {self.terms}"

    def clean(self) -> None:
        """Each label once, and none that can't be recognised."""
        wrong: dict[str, list[Any]] = {}
        seen: set[str] = set()
        code = self.language or settings.LANGUAGE_CODE
        for name in ("terms", "asks"):
            labels = [" ".join(line.split()) for line in getattr(self, name).splitlines()]
            labels = [label for label in labels if label]
            setattr(self, name, "\n".join(labels))
            for label in labels:
                if label.casefold() in seen:
                    wrong.setdefault(name, []).append(_("“%s” stands here twice.") % label)
                elif len(label) > LONGEST_LABEL:
                    wrong.setdefault(name, []).append(_("“%s” is too long.") % label)
                elif problem_of(label, code):
                    wrong.setdefault(name, []).append(
                        _("“%s” has no word that says something.") % label
                    )
                seen.add(label.casefold())
        if not (self.terms or self.asks or self.advice):
            wrong.setdefault("terms", []).append(_("Please enter at least one word."))
        if wrong:
            raise ValidationError(wrong)
