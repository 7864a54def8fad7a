"""Pages stay in their language, whoever puts them elsewhere."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from home.models import StandardPage

KEY = "spuren"


def copy(client, page, parent, **more):
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": parent.pk, **more}
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)


@pytest.mark.parametrize("more", [{}, {"publish_copies": "on"}, {"alias": "on"}])
@pytest.mark.parametrize(("of", "to"), [("de", "sk"), ("sk", "de")])
def test_the_admin_refuses_a_copy_elsewhere(editor, kis_page, of, to, more):
    before = Page.objects.count()
    answer = copy(editor, kis_page(KEY, of), kis_page("start", to), **more)
    assert answer.status_code == 200 and "anderen Sprache" in answer.content.decode()
    assert Page.objects.count() == before and not any(Page.find_problems())
    assert copy(editor, kis_page(KEY, of), kis_page("start", of), **more).status_code == 302
    assert Page.objects.count() == before + 1


@pytest.mark.parametrize(
    "act",
    [
        lambda page, to: page.copy(to=to, update_attrs={"slug": "kopie"}),
        lambda page, to: page.copy(to=to, recursive=True, keep_live=False),
        lambda page, to: page.create_alias(parent=to, update_slug="kopie"),
        lambda page, to: page.move(to, pos="last-child"),
        lambda page, to: to.add_child(
            instance=StandardPage(title="Neu", slug="neu", locale=page.locale)
        ),
    ],
)
def test_code_can_not_either(kis_page, act):
    with pytest.raises(ValidationError, match="anderen Sprache"), transaction.atomic():
        act(kis_page(KEY), kis_page("start", "sk"))
    assert kis_page(KEY).get_parent().pk == kis_page("start").pk


def test_what_takes_the_language_of_its_place_can(kis_page):
    new = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    home = kis_page("start", "sk")
    assert new.copy_for_translation(home.locale).get_parent().pk == home.pk
    assert new.copy(to=kis_page("impressum"), update_attrs={"slug": "kopie"}).locale == new.locale
