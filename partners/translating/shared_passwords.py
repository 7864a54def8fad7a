"""Pages with a password: a visitor types it once for all language versions of a page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from ..public.pages import sources


def pass_in_all_versions(page: Page, request: HttpRequest) -> None:
    """Mark the password restrictions of a page as passed if the visitor has typed the same password
    for another language version.

    Wagtail keeps passed restrictions in the session by their ids, which differ by version.
    """
    # Reading the session adds "Vary: Cookie" to the answer, so visitors without one are skipped.
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
