"""A page that is private by password, and its versions: who has typed the password once is in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from ..public.pages import sources


def pass_together(page: Page, request: HttpRequest) -> None:
    """Let a visitor past the passwords on the way to a page that they have typed for another
    version of the same page.

    Wagtail remembers what was passed by the number of a restriction, and each version has its own.
    """
    # A session that is looked at makes answers differ by cookie, so only visitors with one.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    key = PageViewRestriction.passed_view_restrictions_session_key
    if not (passed := request.session.get(key)):
        return
    asked = {
        restriction
        for one in (page, *sources(page))
        if one is not None
        for restriction in one.get_view_restrictions()
        if restriction.restriction_type == PageViewRestriction.PASSWORD
    }
    for restriction in asked:
        same = PageViewRestriction.objects.filter(
            pk__in=passed,
            restriction_type=PageViewRestriction.PASSWORD,
            password=restriction.password,
            page__translation_key=restriction.page.translation_key,
        )
        if same.exists():
            restriction.mark_as_passed(request)
