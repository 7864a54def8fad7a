"""Reports about versions, deleting and publishing."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import StandardPage
from partners.care.findings import findings
from partners.models import Organisation


def standard_page(kis_page, **fields):
    page = StandardPage(title="Neu", slug="neu", locale=kis_page("start").locale, **fields)
    kis_page("start").add_child(instance=page)
    if page.live:
        page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def plan(page, **when):
    """Plan the newest words of a page; gives the version."""
    page.go_live_at = timezone.now() + timedelta(days=1)
    version = page.save_revision()
    version.publish()
    moment = timezone.now() + timedelta(**when)
    version.refresh_from_db()
    version.content["go_live_at"] = moment.isoformat()
    version.approved_go_live_at = moment
    version.save()
    return version


def test_deleting_what_is_protected(editor, german):
    """wagtail 1602, 1748 and 4323: deleting what a page needs is an error of the server. Mended: a
    list of what needs it, drafts included."""
    organisation = german.organisation
    url = reverse(organisation.snippet_viewset.get_url_name("delete"), args=[organisation.pk])
    assert german.title in editor.post(url).content.decode()
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_a_version_that_names_something_protected(editor, german):
    """wagtail 6368, django-modelcluster 127: a version can't be opened once something is deleted
    that its field protects. Mended: it opens without it and says so."""
    german.organisation = gone = Organisation.objects.create(name="Weg", locale=german.locale)
    version = german.save_revision()
    gone.delete()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[german.pk, version.pk])
    assert "ist gelöscht worden und fehlt in ihr" in editor.get(url).content.decode()


def test_a_failed_publication_keeps_the_plan(kis_page, german):
    """wagtail 13879: a publication that fails wipes out what was planned. Holds for the job: each
    publication is done whole or not at all."""
    gone = german.organisation = Organisation.objects.create(name="Weg", locale=german.locale)
    version = plan(german, minutes=-1)
    gone.delete()
    with pytest.raises(CommandError):
        call_command("publish_scheduled")
    assert Revision.objects.get(pk=version.pk).approved_go_live_at


def test_a_plan_that_comes_to_nothing(editor, german):
    """wagtail.org 50, fec-cms 3405: a planned page doesn't appear, and nobody is told. Mended: the
    report "Keeping it true" lists it after an hour."""
    version = plan(german, hours=-2)
    [found] = [one for one in findings(editor.user) if one.kind == "late"]
    assert found.url == reverse("wagtailadmin_pages:edit", args=[german.pk])
    version.publish()
    assert not [one for one in findings(editor.user) if one.kind == "late"]


def test_the_time_zone_of_a_plan(editor, kis_page):
    """statamic 11803, OrchardTest 107, WBCE 489: a planned time is read in another zone than it was
    written in. Holds: it is that of the site."""
    page = standard_page(kis_page)
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "purpose": page.purpose,
            "body": streamfield([]),
            "comments": inline_formset([]),
            "go_live_at": "2030-07-01 08:00",
        }
    )
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor.post(url, {**data, "action-publish": "1"})
    planned = StandardPage.objects.get(pk=page.pk).get_latest_revision_as_object().go_live_at
    assert timezone.localtime(planned).isoformat() == "2030-07-01T08:00:00+02:00"


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_plan_is_kept_to(kis_page, hours):
    """craftercms 1316, dnn 3127: planned pages appear at once, or not at all. Holds."""
    page = standard_page(kis_page)
    page.title = "Neuer Titel"
    plan(page, hours=hours)
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert (page.title == "Neuer Titel") == (hours < 0)


def test_a_draft_without_a_version(editor, kis_page):
    """wagtail 4505: the editor fails for a page that was unpublished before it had a version.
    Holds."""
    page = standard_page(kis_page, live=False)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert editor.get(url).status_code == 200


def test_an_address_that_a_sibling_has(editor, kis_page):
    """wagtail-modeltranslation 98: a second page with the same address is an error of the server.
    Holds: the form says so."""
    page = standard_page(kis_page)
    url = reverse("wagtailadmin_pages:add", args=["home", "standardpage", page.get_parent().pk])
    data = nested_form_data(
        {
            "title": "Zwei",
            "slug": "neu",
            "purpose": page.purpose,
            "body": streamfield([]),
            "comments": inline_formset([]),
        }
    )
    answer = editor.post(url, {**data, "action-publish": "1"})
    assert answer.status_code == 200 and not Page.objects.filter(title="Zwei").exists()


def test_what_is_chosen_and_only_a_draft(editor, german):
    """contentful.rb 60, contentfully 5: a published entry refers to an unpublished one, which front
    ends trip over. Mended: it is told before, and can be published along."""
    german.organisation = Organisation.objects.create(
        name="Entwurf e.V.", locale=german.locale, live=False
    )
    german.save_revision().publish()
    assert any("Entwurf e.V." in one.detail for one in findings(editor.user))


@pytest.mark.parametrize("kind", ["image", "document", "link"])
def test_a_file_that_is_deleted(client, german, kind):
    """Several systems: a page that shows a deleted file, or links to it, is an error. Holds: it is
    shown without."""
    if kind == "image":
        item = get_image_model().objects.create(title="Bild", file=get_test_image_file())
        words = {"alt": "Ein Bild", "decorative": False, "caption": "", "credit": ""}
        german.body = [("image", {"image": item, **words})]
    else:
        item = get_document_model().objects.create(
            title="Blatt", file=ContentFile(b"%PDF-1.4", name="x.pdf")
        )
        german.body = [("document", {"document": item, "title": "", "language": ""})]
        if kind == "link":
            german.body = [("paragraph", f'<p><a linktype="document" id="{item.pk}">Blatt</a></p>')]
    german.save_revision().publish()
    item.delete()
    assert client.get(german.url).status_code == 200
    assert client.get(f"/api/v2/pages/{german.pk}/?fields=*").status_code == 200
