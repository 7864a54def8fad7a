"""Findings: which there are, the users who see them, the link check, the reminders."""

import datetime
import socket
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission, Page, ReferenceIndex, Site
from wagtail.users.models import UserProfile

from home.contact import SiteContact, SiteContactPhone, SiteContactWords
from home.models import EmergencyNumber
from partners.care import link_check, public_web
from partners.care.findings import findings
from partners.care.lost_targets import collect_lost
from partners.care.unfinished import collect_unfinished
from partners.models import (
    Consent,
    ExternalLink,
    LostTarget,
    Organisation,
    Person,
    UnfinishedText,
)
from tests.desk.test_translation_overview import translator  # noqa: F401
from tests.languages import LANGUAGES

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def found(client, kind):
    return [one for one in findings(client.user) if one.kind == kind]


@pytest.fixture
def person(db):
    return Person.objects.filter(role__startswith="Landesjugendwartin").earliest("pk")


def consent(person, **fields):
    return Consent.objects.create(
        **{
            "person": person, "name": True, "api": True, "given_on": TODAY - 400 * DAY,
            "evidence": "Brief", **fields,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("last", "shown"), [(TODAY, True), (TODAY - DAY, False), (None, True)])
def test_a_consent_ends_with_its_last_day_everywhere(client, api, kis_page, person, last, shown):
    consent(person, valid_until=last)
    for language in ("de", "sk", "lv"):
        page = kis_page("landesjugendpfarramt-sachsen", language)
        answers = [
            client.get(page.url).content.decode(),
            str(api(f"pages/{page.pk}/?fields=*")),
            str(api(f"cooperations/?locale={language}&fields=*")),
        ]
        assert [person.name in answer for answer in answers] == [shown] * 3, language


def test_a_consent_cannot_end_before_it_is_given(person):
    wrong = Consent(person=person, name=True, given_on=TODAY, valid_until=TODAY - DAY, evidence="x")
    with pytest.raises(ValidationError, match="bevor sie erteilt ist"):
        wrong.full_clean()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"valid_until": TODAY - DAY}, "beendet am"),
        ({"valid_until": TODAY + 20 * DAY}, "endet am"),
        ({"valid_until": TODAY + 60 * DAY}, None),
        ({"valid_until": TODAY - DAY, "withdrawn_on": TODAY}, None),
        ({}, None),
    ],
)
def test_consents_that_end(editor, person, fields, told):
    consent(person, **fields)
    rows = found(editor, "consent")
    assert [told in row.detail for row in rows] == ([True] if told else [])
    assert all(person.name not in f"{row.title} {row.detail}" for row in rows)
    if told:
        consent(person, given_on=TODAY)
        assert not found(editor, "consent")


def test_details_that_no_consent_covers_any_more(editor, person):
    assert not found(editor, "withdrawn")
    one = consent(person)
    assert not found(editor, "withdrawn")
    one.withdrawn_on = TODAY
    one.save()
    [row] = found(editor, "withdrawn")
    assert row.title == person.role and person.name not in row.detail
    Person.objects.filter(pk=person.pk).update(name="", email="", phone="", photo=None)
    assert not found(editor, "withdrawn")


def test_pages_whose_day_has_come_once_for_all_languages(editor, kis_page):
    german = kis_page("triade")
    german.check_again_by = TODAY
    german.save_revision().publish()
    slovak = kis_page("triade", "sk")
    type(slovak).objects.filter(pk=slovak.pk).update(check_again_by=TODAY)
    home = kis_page("start")
    type(home).objects.filter(pk=home.pk).update(check_again_by=TODAY + DAY)
    [row] = found(editor, "page")
    assert row.url == reverse("wagtailadmin_pages:edit", args=[german.pk])
    text = unescape(editor.get(reverse("keeping_true")).content.decode())
    assert german.title in text and "erneut zu prüfen bis" in text
    assert 'name="check_again_by"' in editor.get(row.url).content.decode()


def test_the_day_is_told_to_nobody(api, kis_page):
    page = kis_page("triade")
    assert "check_again_by" not in api(f"pages/{page.pk}/?fields=*")
    api(f"pages/?type=kis_partners.PartnerPage&check_again_by={TODAY}", status=400)


def test_old_documents_that_pages_offer(editor, kis_page, settings):
    document = kis_page("netzwerk-haeusliche-gewalt").flyer
    other = get_document_model().objects.create(title="Unbenutzt", file="unbenutzt.pdf")
    get_document_model().objects.update(created_at=timezone.now() - 4 * 366 * DAY)
    assert [row.title for row in found(editor, "document")] == [document.title] != [other.title]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "DOCUMENT_YEARS": 5}
    assert not found(editor, "document")


def test_links_that_lead_nowhere(editor, kis_page):
    assert not found(editor, "internal")
    page, target = kis_page("triade"), kis_page("landesjugendpfarramt-sachsen")
    link = f'<p>Siehe <a linktype="page" id="{target.pk}">dort</a>.</p>'
    page.body.append(("paragraph", link))
    page.save_revision().publish()
    assert not found(editor, "internal")
    target.unpublish()
    [row] = [row for row in found(editor, "internal") if row.title == page.title]
    assert "gibt es nicht" in row.detail
    Page.objects.get(pk=target.pk).delete()
    assert any(row.title == page.title for row in found(editor, "internal"))


def test_links_to_what_is_deleted_are_found_however_it_went(editor, kis_page):
    page = kis_page("triade")
    target = kis_page("landesjugendpfarramt-sachsen")
    file = get_document_model().objects.create(title="Alt", file=ContentFile(b"1", "alt.pdf"))
    links = (
        f'<a linktype="page" id="{target.pk}">dort</a>',
        f'<a id="{file.pk}" linktype="document">hier</a>',
    )
    page.body.append(("paragraph", f"<p>{links[0]} {links[1]}</p>"))
    page.save_revision().publish()
    file.delete()
    [row] = [row for row in found(editor, "internal") if row.title == page.title]
    assert "ein Dokument" in row.detail
    # Deleted by hand in the database: the check of links, which reads all texts, finds it.
    LostTarget.objects.all().delete()
    ReferenceIndex.objects.filter(to_object_id=str(file.pk)).delete()
    assert not found(editor, "internal")
    collect_lost()
    assert [row.title for row in found(editor, "internal")] == [page.title]
    page.body.pop()
    page.save_revision().publish()
    assert not found(editor, "internal")


def test_emergency_numbers_of_the_site(editor):
    assert len(found(editor, "emergency")) == EmergencyNumber.to_verify().count() > 0
    EmergencyNumber.objects.update(verified_on=TODAY)
    assert not found(editor, "emergency")


# Links to other sites


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.command, self.path))
        if self.path == "/umgezogen":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/innen")
        else:
            self.send_response({"/weg": 404, "/kaputt": 500}.get(self.path, 200))
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def elsewhere(monkeypatch):
    """A server on this machine whose address counts as public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    real = public_web.is_public
    monkeypatch.setattr(
        public_web, "is_public", lambda address: address == "127.0.0.1" or real(address)
    )
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def linking(elsewhere, kis_page):
    """A page and an organisation with links to the server, the only ones in the database."""
    Organisation.objects.update(website="")
    page = kis_page("triade")
    anchors = "".join(
        f'<a href="{elsewhere.url}{path}">dort</a> ' for path in ("/weg", "/da?a=1&amp;b=2")
    )
    listed = [f"{elsewhere.url}/umgezogen", "http://10.0.0.2:1/geheim"]
    page.body = [
        ("paragraph", f"<p>{anchors}</p>"),
        (
            "links",
            {
                "heading": "",
                "links": [{"title": "dort", "url": url, "page": None} for url in listed],
            },
        ),
    ]
    page.save_revision().publish()
    organisation = Organisation.objects.earliest("pk")
    organisation.website = f"{elsewhere.url}/kaputt"
    organisation.save()
    ExternalLink.objects.all().delete()
    return page


def only_these(monkeypatch, elsewhere):
    """Ignore the links of KIS's own content, so that no other site is requested."""
    real = link_check.links_in
    mine = (elsewhere.url, "http://10.0.0.2:1/")
    monkeypatch.setattr(
        link_check, "links_in", lambda text: {url for url in real(text) if url.startswith(mine)}
    )


def test_links_are_followed_on_request_only(editor, linking, elsewhere, monkeypatch):
    only_these(monkeypatch, elsewhere)
    editor.get(reverse("keeping_true"))
    editor.get(reverse("wagtailadmin_home"))
    call_command("send_reminders")
    assert elsewhere.asked == []
    response = editor.get(reverse("follow_links"))
    assert response.status_code == 405
    response = editor.post(reverse("follow_links"), follow=True)
    text = unescape(response.content.decode())
    assert "5 Links aufgerufen, davon 4 ohne Erfolg." in text
    rows = {row.detail for row in found(editor, "external")}
    assert rows == {
        f"{elsewhere.url}/weg: antwortet mit dem Fehler 404",
        f"{elsewhere.url}/kaputt: antwortet mit dem Fehler 500",
        f"{elsewhere.url}/umgezogen: führt in ein nicht öffentliches Netz",
        "http://10.0.0.2:1/geheim: führt in ein nicht öffentliches Netz",
    }
    assert ("HEAD", "/da?a=1&b=2") in elsewhere.asked
    # Links that were removed from the page are deleted.
    linking.body = []
    linking.save_revision().publish()
    link_check.collect_links()
    assert [link.status for link in ExternalLink.objects.all()] == [500]


def test_following_is_bounded_and_goes_on_next_time(linking, elsewhere, monkeypatch, capsys):
    only_these(monkeypatch, elsewhere)
    call_command("check_links", limit=2)
    assert "2 followed" in capsys.readouterr().out
    assert ExternalLink.objects.filter(checked_at__isnull=True).count() == 3
    call_command("check_links", limit=3)
    assert not ExternalLink.objects.filter(checked_at__isnull=True).exists()
    asked = len(elsewhere.asked)
    call_command("check_links", seconds=0)
    assert len(elsewhere.asked) == asked


INSIDE = [
    *("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[ff02::1]", "[::ffff:127.0.0.1]"),
    # With an IPv4 address inside: of translators, compatible, 6to4 and Teredo.
    *("[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[64:ff9b:1::808:808]", "[::7f00:1]"),
    *("[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::1]"),
    *("2130706433", "0x7f.1", "127.1"),
]


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_a_network_are_never_asked(host, monkeypatch):
    def connect(*arguments):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    for scheme in ("http", "https"):
        with pytest.raises(public_web.PrivateNetwork):
            public_web.request(f"{scheme}://{host}/", "HEAD", 1, "test")


@pytest.mark.parametrize("url", ["ftp://example.org/", "http:///x", "file:///etc/passwd", "data:,"])
def test_only_addresses_of_the_web_are_asked(url):
    with pytest.raises(ValueError):
        public_web.request(url, "HEAD", 1, "test")


def test_a_name_is_resolved_once_and_its_address_connected_to(monkeypatch):
    """A name that leads elsewhere when it is asked again (DNS rebinding) doesn't."""
    resolved, connected = [], []

    def answers(host, port, *arguments, **options):
        resolved.append(host)
        address = "93.184.215.14" if len(resolved) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, *arguments):
        connected.append(address)
        raise OSError("enough")

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OSError, match="enough"):
        public_web.request("http://rebinding.example/", "HEAD", 1, "test")
    assert (resolved, connected) == (["rebinding.example"], [("93.184.215.14", 80)])


def test_a_name_with_one_private_address_is_not_asked(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
        for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: found)
    with pytest.raises(public_web.PrivateNetwork):
        public_web.request("http://both.example/", "HEAD", 1, "test")


# Users who see findings, and users who get mails


def test_a_placeholder_with_accents_is_found_on_every_database(editor, kis_page):
    page = kis_page("triade", "sk")
    page.body = [{"type": "paragraph", "value": "<p>Zástupný text: doplníme.</p>"}]
    page.save_revision().publish()
    found = {one.title: one.detail for one in findings(editor.user) if one.kind == "unseen"}
    assert page.title in found


def test_what_is_unfinished_is_found_however_it_was_written(editor, kis_page):
    page = kis_page("triade")
    before = len(found(editor, "unseen"))
    type(page).objects.filter(pk=page.pk).update(lead="Platzhalter.")
    assert len(found(editor, "unseen")) == before
    collect_unfinished()
    assert [one.title for one in found(editor, "unseen")].count(page.title) == 1
    type(page).objects.get(pk=page.pk).save()
    assert len(found(editor, "unseen")) == before + 1
    page.save_revision().publish()
    assert len(found(editor, "unseen")) == before


def test_no_text_is_read_for_a_screen(editor, kis_page):
    image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
    texts = {"alt": "", "decorative": False, "caption": "", "credit": ""}
    for slug in ("triade", "landesjugendpfarramt-sachsen"):
        page = kis_page(slug)
        page.lead = "Platzhalter."
        page.body = [("image", {"image": image, **texts})]
        page.save_revision().publish()
    with CaptureQueriesContext(connection) as queries:
        assert editor.get(reverse("keeping_true")).status_code == 200
    texts = ('"body"', '"lead"', '"activities"')
    assert not [one["sql"] for one in queries if any(text in one["sql"] for text in texts)]


def test_so_many_are_told_at_once(editor, kis_page, monkeypatch):
    monkeypatch.setattr("partners.care.findings.MOST", 2)
    monkeypatch.setattr("partners.care.unseen.MOST", 2)
    for page in Page.objects.filter(live=True, locale__language_code="de").specific()[1:7]:
        UnfinishedText.objects.get_or_create(page=page.pk, placeholder=True, picture=False)
    rows = found(editor, "unseen")
    assert len(rows) == 3
    [last] = [one for one in rows if "Nur 2 sind aufgeführt" in one.detail]
    assert last.title == "Weitere Seiten"


def test_a_translator_sees_no_consent_and_no_german_page(translator, kis_page, person):  # noqa: F811
    consent(person, valid_until=TODAY - DAY)
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    for page in (german, slovak):
        type(page).objects.filter(pk=page.pk).update(check_again_by=TODAY)
    get_document_model().objects.update(created_at=timezone.now() - 4 * 366 * DAY)
    ExternalLink.objects.create(
        url="https://example.org/", content_type_id=1, object_id="1", problem="weg"
    )
    # Pages of KIS's own say that they are placeholders.
    assert {one.kind for one in findings(translator.user)} <= {"unseen"}
    text = translator.get(reverse("keeping_true")).content.decode()
    assert person.role not in unescape(text)
    home = translator.get(reverse("wagtailadmin_home")).content.decode()
    assert f"{reverse('keeping_true')}?kind=" not in home
    GroupPagePermission.objects.all().delete()
    response = translator.post(reverse("follow_links"))
    assert response.status_code == 302 and response.url == reverse("wagtailadmin_home")


def test_a_panel_counts_what_can_be_mended(editor, kis_page):
    page = kis_page("triade")
    type(page).objects.filter(pk=page.pk).update(check_again_by=TODAY)
    text = unescape(editor.get(reverse("wagtailadmin_home")).content.decode())
    assert "Aktuell halten" in text and "Seite erneut prüfen: 1" in text
    response = editor.get(reverse("keeping_true"), {"kind": "page"})
    assert [row.title for row in response.context["object_list"]] == [page.title]
    for order in ("since", "-since", "title", "kind_name"):
        assert editor.get(reverse("keeping_true"), {"ordering": order}).status_code == 200
    assert editor.get(reverse("keeping_true"), {"export": "xlsx"}).status_code == 200
    csv = b"".join(editor.get(reverse("keeping_true"), {"export": "csv"}).streaming_content)
    assert page.title in csv.decode()


def whole_contact():
    """A contact of the site that lacks nothing."""
    site = Site.objects.get(is_default_site=True)
    made = SiteContact(site=site, email="stelle@example.org", spoken="de")
    made.address_decision, made.barrier_free = "withheld", "no"
    made.words = [SiteContactWords(language=code, name="Teststelle") for code in LANGUAGES]
    made.phones = [SiteContactPhone(number="+49 341 000000", hours="Mo-Fr 09:00-17:00")]
    made.full_clean()
    made.save()


def test_reminders_go_to_the_owner_and_else_to_all_who_can(
    editor, kis_page, person, django_user_model, capsys, settings
):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "PLACEHOLDERS": ()}
    owner = django_user_model.objects.create_superuser(
        "max", email="max.mustermann@example.org", password="geheim"
    )
    profile = UserProfile.get_for_user(owner)
    profile.preferred_language = "sk"
    profile.save()
    django_user_model.objects.create_superuser("ohne", email="", password="geheim")
    django_user_model.objects.create_user("fremd", email="fremd@example.org", password="geheim")
    page = kis_page("triade")
    type(page).objects.filter(pk=page.pk).update(check_again_by=TODAY, owner=owner)
    EmergencyNumber.objects.update(verified_on=TODAY)
    whole_contact()
    call_command("send_reminders")
    [message] = mail.outbox
    assert message.to == [owner.email] and message.subject == "KIS Leipzig: 1 vec na kontrolu"
    assert f"http://testserver{reverse('wagtailadmin_pages:edit', args=[page.pk])}" in message.body
    assert "Stránka na opätovnú kontrolu" in message.body and page.title in message.body
    mail.outbox.clear()
    consent(person, valid_until=TODAY - DAY)
    call_command("send_reminders", dry_run=True)
    assert mail.outbox == [] and "erika.mustermann@example.org: 2" in capsys.readouterr().out
    call_command("send_reminders")
    assert {message.to[0] for message in mail.outbox} == {owner.email, editor.user.email}
    assert all(person.name not in message.body for message in mail.outbox)
    # An owner who can no longer put the finding right gets no mail.
    owner.is_superuser = False
    owner.save()
    mail.outbox.clear()
    call_command("send_reminders")
    [message] = mail.outbox
    assert message.to == [editor.user.email] and page.title in message.body


def test_nothing_to_say_is_no_mail(db, capsys):
    EmergencyNumber.objects.update(verified_on=TODAY)
    call_command("send_reminders")
    assert mail.outbox == [] and "0 mails sent" in capsys.readouterr().out


def test_a_consent_needs_the_right_to_be_seen(editor, person, django_user_model):
    consent(person, valid_until=TODAY - DAY)
    user = django_user_model.objects.create_user("jan", password="geheim")
    assert [one.kind for one in findings(user)] == []
    user.user_permissions.add(Permission.objects.get(codename="change_consent"))
    user = django_user_model.objects.get(pk=user.pk)
    assert [one.kind for one in findings(user)] == ["consent"]


def test_the_clock_alone_ends_a_consent(client, api, kis_page, person, monkeypatch):
    """A consent ends although nothing is saved, and although answers are cached."""
    consent(person, valid_until=TODAY)
    page = kis_page("landesjugendpfarramt-sachsen")

    def answers():
        return [
            client.get(page.url).content.decode(),
            str(api(f"pages/{page.pk}/?fields=*")),
            str(api("pages/?type=kis_partners.PartnerPage&fields=*&locale=de")),
            str(api("cooperations/?locale=de&fields=*")),
        ]

    for _again in range(2):
        assert all(person.name in answer for answer in answers())
    begin = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: begin + DAY)
    assert not any(person.name in answer for answer in answers())
