"""Actions of the translation overview for many items at once, in the user's languages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.models import Locale

from ..models import TranslationRun
from ..po.outgoing import select_translations
from ..roles.rights import TRANSLATE, permitted_locales
from ..translating import submitting
from ..translating.bulk import ACTIONS
from ..translating.localize_views import RUNS_URL
from .po_files import download, editable
from .translated_items import Line, TranslatedItems

#: How many items one action takes.
MOST = 500
EXPORT = "export"
LABELS = {**{name: label for name, (label, _do) in ACTIONS.items()}, EXPORT: gettext_lazy("Export")}


class Actions:
    """The actions that a user may do on the items of the overview, and in which languages."""

    def __init__(self, request: HttpRequest, overview: TranslatedItems) -> None:
        self.request = request
        self.user: Any = request.user
        self.overview = overview

    @cached_property
    def languages(self) -> list[Locale]:
        """The user's languages into which something is or can be translated."""
        totals = self.overview.totals()
        return [
            locale
            for locale in self.overview.my_locales
            if set(totals[locale.language_code]) - {"source"}
        ]

    def _allowed(self, action: str) -> list[Locale]:
        if action != "submit":
            return self.languages
        targets = permitted_locales(self.user, [TRANSLATE])
        return [one for one in self.languages if targets is None or one.pk in targets]

    @cached_property
    def offered(self) -> list[tuple[str, Any]]:
        """The names and labels of actions that the user may do in at least one language."""
        return [(name, label) for name, label in LABELS.items() if self._allowed(name)]

    def do(self, found: TranslatedItems) -> HttpResponse | None:
        """Do the action that was asked for, for items that are ticked or all that are ``found``.

        Gives an answer if there is a file; otherwise the user is told by messages.
        """
        asked = self.request.POST
        action, code = asked.get("action", ""), asked.get("in", "")
        if action not in dict(self.offered):
            raise PermissionDenied
        locales = [one for one in self._allowed(action) if code in ("", one.language_code)]
        lines = found.lines
        if "all" not in asked:
            ticked = set(asked.getlist("item"))
            lines = [line for line in self.overview.lines if str(line.key) in ticked]
        if not lines:
            messages.warning(self.request, _("Tick at least one line."))
        elif not locales:
            messages.warning(self.request, _("You may not do that in this language."))
        elif len(lines) > MOST:
            text = _("Not more than {} at once. Filter the list.").format(MOST)
            messages.warning(self.request, text)
        elif action == EXPORT:
            return self._export(lines, locales)
        else:
            self._tell(submitting.start_bulk(action, _sources(lines), locales, self.user))
        return None

    def _export(self, lines: list[Line], locales: list[Locale]) -> HttpResponse | None:
        keys = [line.key for line in lines]
        translations = select_translations().filter(
            source__object_id__in=keys, target_locale__in=locales
        )
        chosen = editable(self.user, translations)
        if chosen:
            return download(chosen, "po")
        messages.warning(self.request, _("There is no translation that you may edit."))
        return None

    def _tell(self, run: TranslationRun) -> None:
        """Say how far a run has come."""
        run.refresh_from_db()
        button = messages.button(reverse(RUNS_URL), _("Show the progress"))
        if not run.finished_at:
            messages.info(self.request, _("It is done in the background."), buttons=[button])
            return
        done = run.total - len({one["title"] for one in run.failed})
        text = ngettext("Done for %(number)d line.", "Done for %(number)d lines.", done)
        messages.success(self.request, text % {"number": done})
        if run.failed:
            told = [f"{one['title']} – {one['reason']}" for one in run.failed]
            more = len(told) - 10
            rest = _("And {} more.").format(more) if more > 0 else ""
            text = format_html("{} {} {}", _("Not done:"), " · ".join(told[:10]), rest)
            messages.warning(self.request, text, buttons=[button])


def _sources(lines: list[Line]) -> list[int | str]:
    """Items as a run keeps them."""
    return [
        int(line.pk) if line.is_page else f"{line.model._meta.label_lower}:{line.pk}"
        for line in lines
    ]
