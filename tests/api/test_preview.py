"""Drafts for the front end of a headless site: by a token, for a while, and kept by nobody."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.http import urlencode
from wagtail_headless_preview.models import PagePreview

FRONT = "https://www.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def headless(settings):
    settings.ROOT_URLCONF = "tests.api.urls_headless"
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "HEADLESS": True}
    settings.WAGTAIL_HEADLESS_PREVIEW = {
        "CLIENT_URLS": {"default": f"{FRONT}/preview/"},
        "REDIRECT_ON_PREVIEW": True,
    }


@pytest.fixture
def draft(kis_page):
    """A page with a change that isn't published."""
    page = kis_page("triade")
    page.lead = "Noch nicht veröffentlicht: Probe."
    page.save_revision()
    return page


def asked(page, token=None, path="", origin="", **more):
    token = token or page.create_page_preview().token
    query = {"content_type": page.get_content_type_str(), "token": token, **more}
    headers = {"Origin": origin} if origin else {}
    return Client().get(f"/api/v2/page_preview/{path}?{urlencode(query)}", headers=headers)


def test_a_draft_is_the_public_item_with_its_changes(draft):
    public = Client().get(f"/api/v2/pages/{draft.pk}/").json()
    answer = asked(draft).json()
    assert answer["lead"] == draft.lead != public["lead"]
    assert list(answer)[:4] == ["id", "type", "draft", "meta"]
    assert answer.pop("draft") is True and "draft" not in public
    for item in (answer, public):
        del item["lead"], item["meta"]["detail_url"]
        for one in item["meta"]["translations"].values():
            del one["detail_url"]
        # A draft has moments to the millisecond, and no place in the tree of its own.
        for name in ("parent", "first_published_at", "last_published_at"):
            item["meta"].pop(name)
    assert answer["meta"] == public["meta"]
    assert answer == public
    assert list(asked(draft, fields="_,lead").json()) == ["draft", "lead"]
    assert "Probe" not in Client().get("/api/v2/changes/?limit=500").content.decode()


def test_nobody_keeps_a_draft(draft):
    token = draft.create_page_preview().token
    first = asked(draft, token)
    assert first.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in first.headers
    preview = PagePreview.objects.get(token=token)
    preview.content_json = preview.content_json.replace("Probe", "Anders")
    preview.save()
    assert "Anders" in asked(draft, token).json()["lead"]
    preview.delete()
    assert asked(draft, token).status_code == 404


def test_a_token_is_for_one_page_and_a_while(draft, kis_page, monkeypatch):
    token = draft.create_page_preview().token
    other = kis_page("fachkraefteaustausch")
    assert asked(other, token).status_code == 404
    assert asked(draft, token.replace("id=", "id=1")).status_code == 404
    assert asked(draft, token + "x").status_code == 404
    assert asked(draft, token).status_code == 200
    signed = time.time()
    for minutes, status in ((59, 200), (61, 404)):
        later = signed + minutes * 60
        monkeypatch.setattr("django.core.signing.time.time", lambda later=later: later)
        assert asked(draft, token).status_code == status


def test_scripts_read_drafts_on_the_front_end_alone(draft):
    served = asked(draft, origin=FRONT)
    assert served.status_code == 200
    assert served.headers["Access-Control-Allow-Origin"] in (FRONT, "*")
    assert "Origin" in served.headers["Vary"]
    for origin in ("https://example.org", "https://www.example.org.evil.example", "null"):
        refused = asked(draft, origin=origin)
        assert refused.status_code == 403
        assert "Probe" not in refused.content.decode()
        assert refused.headers["Cache-Control"] == "private, no-store"


def test_the_panel_of_the_editor_leads_to_the_front_end(draft, editor):
    editor.post(f"/admin/pages/{draft.pk}/edit/preview/?in_preview_panel=true", {}, follow=False)
    response = draft.make_preview_request(preview_mode="")
    assert response.status_code == 302
    address = urlsplit(response["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{FRONT}/preview/"
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    answer = Client().get("/api/v2/page_preview/", query)
    assert answer.json()["lead"] == draft.lead


def test_the_front_end_gets_the_user_bar_with_its_checks(draft):
    token = draft.create_page_preview().token
    response = asked(draft, token, "userbar/", origin=FRONT)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.headers["Cache-Control"] == "private, no-store"
    html = response.content.decode()
    assert "<wagtail-userbar>" in html and "checker-axe-configuration" in html
    assert 'data-wagtail-userbar-origin="//testserver"' in html
    # It works on another host: whatever it loads has a whole address.
    loaded = re.findall(r'(?:src|href)="([^"]+\.(?:js|css)[^"]*)"', html)
    own = [one for one in loaded if "kis_partners" not in one]  # for lists of the admin
    assert len(own) == 3 and all(one.startswith("//testserver/") for one in own)
    assert asked(draft, "id=5:x", "userbar/").status_code == 404
    assert asked(draft, token, "userbar/", origin="https://example.org").status_code == 403
