"""PO files: export, import, and a remark about every entry that isn't taken."""

import io
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from partners.models import Review
from partners.po import archive
from partners.po.incoming import read_upload
from partners.po.outgoing import select_translations, to_po, to_zip
from tests.desk.test_translation_overview import translator  # noqa: F401

pytestmark = pytest.mark.django_db


def translation_of(page):
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )


@pytest.fixture
def slovak(kis_page):
    return translation_of(kis_page("triade", "sk"))


def text_of(translation, path):
    return StringTranslation.objects.get(
        context__object_id=translation.source.object_id,
        locale=translation.target_locale,
        context__path=path,
    )


def entry(po, path):
    return next(one for one in po if one.msgctxt == path)


def bring(po, **options):
    [report] = read_upload("datei.po", str(po).encode(), **options)
    return report


@pytest.fixture
def with_twins(kis_page):
    """A page on which the same paragraph stands twice in one text and once in another."""
    page = kis_page("triade")
    twin = '<p data-block-key="{}">Zwilling &amp; Co.</p>'
    page.body.append(("paragraph", twin.format("a") + twin.format("b")))
    page.body.append(("paragraph", twin.format("c")))
    page.save_revision().publish()
    TranslationSource.objects.get(object_id=page.translation_key).update_from_db()
    return page


@pytest.fixture
def files(tmp_path, with_twins):
    """The PO files of all translations."""
    call_command("export_po", "all", str(tmp_path))
    found = sorted(tmp_path.rglob("*.po"))
    assert {path.parent.name for path in found} == {"en", "sk", "lv"}
    assert len(found) == Translation.objects.filter(enabled=True).count()
    return found


def test_every_file_can_be_read_by_polib(files):
    for path in files:
        po = polib.pofile(str(path), check_for_duplicates=True)
        assert len(po) and po.metadata["Language"] == path.parent.name


def test_gettext_finds_no_fault(files):
    if not shutil.which("msgfmt"):
        pytest.skip("there is no msgfmt (GNU gettext) here")
    for path in files:
        command = ["msgfmt", "-c", "--check-accelerators=_", "-o", "/dev/null", str(path)]
        result = subprocess.run(command, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, ""), path


def test_pofilter_finds_no_fault_in_form(files, tmp_path):
    """Only pofilter's tests of form; its other tests are about style."""
    pofilter = Path(sys.executable).with_name("pofilter")
    tests = ("xmltags", "escapes", "tabs", "newlines", "printf", "variables", "nplurals", "blank")
    report = tmp_path / "report"
    command = [pofilter, "--progress=none", *(f"--test={name}" for name in tests)]
    subprocess.run([*command, files[0].parents[1], report], check=True, capture_output=True)
    assert not list(report.rglob("*.po"))


def test_a_text_may_be_as_long_as_its_field(slovak):
    po = to_po(slovak)
    title = entry(po, "title")
    title.msgstr, title.flags = "x" * 255, []
    assert bring(po, overwrite=True).taken == 1
    assert len(text_of(slovak, "title").data) == 255


def test_entries_that_are_obsolete_are_passed_over(slovak):
    po = to_po(slovak)
    po.append(polib.POEntry(msgctxt="title", msgid="Früher", msgstr="Predtým", obsolete=True))
    report = bring(po)
    assert report.is_fine and report.unchanged == len(po) - 1


def test_equal_paragraphs_are_one_entry_in_each_text(with_twins, slovak):
    twins = [one for one in to_po(slovak) if one.msgid == "Zwilling &amp; Co."]
    assert len(twins) == 2 and len({one.msgctxt for one in twins}) == 2
    po = to_po(slovak)
    for number, one in enumerate(one for one in po if one.msgid.startswith("Zwilling")):
        one.msgstr = f"Dvojča {number}"
    report = bring(po)
    assert (report.taken, report.remarks) == (2, [])
    assert slovak.get_progress()[0] == slovak.get_progress()[1]


def test_what_goes_down_and_up_again_changes_nothing(slovak, django_user_model):
    before = list(StringTranslation.objects.order_by("pk").values())
    report = bring(to_po(slovak))
    assert report.is_fine and report.taken == 0 and report.unchanged == len(to_po(slovak))
    assert list(StringTranslation.objects.order_by("pk").values()) == before
    assert not Review.objects.exists()


def test_a_translator_reviews_and_corrects_in_poedit(slovak, editor):
    po = to_po(slovak)
    assert all(one.fuzzy for one in po)
    for one in po:
        one.flags.clear()
    entry(po, "lead").msgstr = "Nový úvod"
    report = bring(po, user=editor.user)
    assert (report.taken, report.confirmed, report.remarks) == (1, len(po) - 1, [])
    lead = text_of(slovak, "lead")
    assert (lead.data, lead.translation_type, lead.last_translated_by) == (
        "Nový úvod", "manual", editor.user,
    )  # fmt: skip
    again = to_po(slovak)
    assert not any(one.fuzzy for one in again)
    title = entry(again, "title")
    title.flags.append("fuzzy")
    title.msgstr = "Nejasné"
    [note] = bring(again).remarks
    assert note.context == "title" and "unfertig" in note.message and note.text == "Nejasné"


def test_what_a_person_wrote_stays_unless_told_otherwise(slovak):
    StringTranslation.objects.filter(pk=text_of(slovak, "lead").pk).update(
        translation_type="manual", data="Von Hand"
    )
    po = to_po(slovak)
    entry(po, "lead").msgstr = "Aus der Datei"
    report = bring(po)
    [note] = report.remarks
    assert (note.context, note.text) == ("lead", "Aus der Datei")
    assert 'msgctxt "lead"' in str(po).splitlines()[note.line - 1 : note.line + 1]
    assert text_of(slovak, "lead").data == "Von Hand"
    assert bring(po, overwrite=True).is_fine
    assert text_of(slovak, "lead").data == "Aus der Datei"


def spoil(path, **values):
    def change(po):
        one = entry(po, path)
        one.flags.clear()
        for name, value in values.items():
            setattr(one, name, value)

    return change


def twice(po):
    po.append(entry(po, "lead"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil("lead", msgid="Anders"), "Ausgangstext kommt im Inhalt nicht vor"),
        (spoil("lead", msgctxt="leed"), "Kontext kommt im Inhalt nicht vor: leed"),
        (spoil("title", msgstr="x" * 256), "256 Zeichen, höchstens 255"),
        (spoil("lead", msgstr="<p>Absatz</p>"), "<p> Tag ist nicht erlaubt"),
        (spoil("lead", msgstr='<a id="a7">x</a>'), "Links sind nicht dieselben"),
        (spoil("lead", msgstr=""), "ist hier leer"),
        (twice, "steht zweimal da"),
    ],
)
def test_what_does_not_fit_is_told_and_the_rest_is_taken(slovak, change, message):
    po = to_po(slovak)
    other = "slug"
    entry(po, other).msgstr, entry(po, other).flags = "novy-slug", []
    kept = text_of(slovak, "lead").data, text_of(slovak, "title").data
    change(po)
    report = bring(po)
    assert message in report.remarks[0].message, report.remarks
    assert all(note.line > 1 for note in report.remarks)
    assert (text_of(slovak, "lead").data, text_of(slovak, "title").data) == kept
    assert report.taken == 1 and text_of(slovak, other).data == "novy-slug"


def without(name):
    def change(po):
        del po.metadata[name]

    return change


def header(name, value):
    def change(po):
        po.metadata[name] = value

    return change


def localize(pk):
    def change(po):
        del po.metadata["X-KIS-Item"]
        po.metadata["X-WagtailLocalize-TranslationID"] = pk

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (header("Language", "xx"), "keine Übersetzung des Inhalts"),
        (without("Language"), "nennt ihre Sprache nicht"),
        (without("X-KIS-Item"), "sagt nicht, wozu sie gehört"),
        (header("X-KIS-Item", "0" * 32), "keine Übersetzung des Inhalts"),
        (header("X-KIS-Item", "quatsch"), "Kopf der Datei ist beschädigt"),
        (localize("9f0b3a56-0000-4000-8000-000000000000"), "aus einer anderen Datenbank"),
    ],
)
def test_a_file_that_does_not_belong_here_changes_nothing(slovak, change, message):
    po = to_po(slovak)
    entry(po, "lead").msgstr = "Nein"
    change(po)
    report = bring(po, overwrite=True)
    assert message in report.refused and report.taken == 0
    assert text_of(slovak, "lead").data != "Nein"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"/etc/passwd",
        b'msgid "\nmsgstr',
        b'msgid "a"\nmsgstr "\0"',
        b"\0" * 9,
    ],
)
def test_what_is_no_po_file_is_refused(data, db):
    [report] = read_upload("datei.po", data)
    assert "keine PO-Datei" in report.refused


def test_files_of_wagtail_localize_fit(slovak):
    po = slovak.export_po()
    entry(po, "lead").msgstr = "Aus localize"
    assert bring(po).taken == 1
    assert bring(po, language="lv").refused


def pack(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return packed.getvalue()


def test_one_broken_file_of_an_archive_keeps_nothing_else_back(slovak, kis_page):
    latvian = translation_of(kis_page("triade", "lv"))
    good, other = to_po(slovak), to_po(latvian)
    for po, text in ((good, "Dobre"), (other, "Labi")):
        entry(po, "lead").msgstr = text
        entry(po, "lead").flags = []
    data = pack(
        **{
            "a.po": str(good),
            "b.po": "kaputt",
            "c/d.po": str(other),
            "e.po": str(good),
            "f.txt": "egal",
            "../g.po": str(good),
            "/h.po": str(good),
        }
    )
    reports = {one.name: one for one in read_upload("alles.zip", data)}
    assert reports["a.po"].taken == reports["c/d.po"].taken == 1
    assert "keine PO-Datei" in reports["b.po"].refused
    assert "Eine andere Datei" in reports["e.po"].refused and "a.po" in reports["e.po"].refused
    assert reports["f.txt"].refused == "Das ist keine .po-Datei."
    assert all("aus dem Archiv hinaus" in reports[name].refused for name in ("../g.po", "/h.po"))
    assert text_of(slovak, "lead").data == "Dobre" and text_of(latvian, "lead").data == "Labi"


def test_zip_bombs_are_not_unpacked(monkeypatch, db):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1000)
    [report] = read_upload("bombe.zip", pack(**{"a.po": "x" * 1001}))
    assert "mehr als" in report.refused
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 1000)
    [report] = read_upload("bombe.zip", pack(**{"a.po": "x" * 600, "b.po": "x" * 600}))
    assert report.name == "bombe.zip" and "Entpackt" in report.refused
    monkeypatch.setattr(archive, "MAX_FILES", 1)
    [report] = read_upload("viele.zip", pack(**{"a.po": "", "b.po": ""}))
    assert "mehr als 1 Dateien" in report.refused
    for data in (b"PK\x03\x04 Unsinn", pack()):
        [report] = read_upload("kaputt.zip", data)
        assert "Archiv" in report.refused
    lying = bytearray(pack(**{"a.po": "x" * 500}))
    at = lying.rindex(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (5).to_bytes(4, "little")
    [report] = read_upload("luegt.zip", bytes(lying))
    assert report.refused and report.taken == 0


# In the admin


def upload(client, name, data, **fields):
    file = SimpleUploadedFile(name, data)
    response = client.post(reverse("translation_files"), {"file": file, **fields})
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_a_language_goes_down_as_a_zip_and_up_again(editor, kis_page, slovak):
    url = reverse("translation_files")
    response = editor.get(url, {"download": "1", "language": "sk"})
    assert response.headers["Content-Type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert len(names) == Translation.objects.filter(target_locale__language_code="sk").count()
    text = upload(editor, "sk.zip", response.content)
    assert "Ergebnis des Hochladens" in text and "nichts übernommen" not in text


def test_a_page_and_what_is_below_it(editor, kis_page):
    url = reverse("translation_files")
    home = kis_page("kooperationen")
    one = editor.get(url, {"download": "1", "language": "lv", "page": home.pk})
    assert one.headers["Content-Type"].startswith("text/x-gettext")
    assert polib.pofile(one.content.decode()).metadata["X-KIS-Item"] == str(home.translation_key)
    many = editor.get(url, {"download": "1", "language": "lv", "page": home.pk, "below": "on"})
    count = Page.objects.descendant_of(home, inclusive=True).count()
    assert len(zipfile.ZipFile(io.BytesIO(many.content)).namelist()) == count
    # The page can be chosen in any language.
    latvian = kis_page("kooperationen", "lv")
    same = editor.get(url, {"download": "1", "language": "lv", "page": latvian.pk})
    assert polib.pofile(same.content.decode()).metadata["X-KIS-Item"] == str(home.translation_key)


def test_the_buttons_of_the_translation_editor_lead_here(editor, slovak):
    down = editor.get(reverse("wagtail_localize:download_pofile", args=[slovak.pk]))
    po = polib.pofile(down.content.decode())
    assert po.metadata["X-KIS-Item"]
    entry(po, "title").msgstr, entry(po, "title").flags = "x" * 300, []
    url = reverse("wagtail_localize:upload_pofile", args=[slovak.pk])
    response = editor.post(url, {"file": SimpleUploadedFile("a.po", str(po).encode())})
    assert "höchstens 255" in unescape(response.content.decode())
    other = Translation.objects.exclude(source=slovak.source).first()
    url = reverse("wagtail_localize:upload_pofile", args=[other.pk])
    response = editor.post(url, {"file": SimpleUploadedFile("a.po", str(po).encode())})
    assert "nichts übernommen" in unescape(response.content.decode())


def test_translators_move_only_their_language(translator, kis_page, slovak):  # noqa: F811
    latvian = translation_of(kis_page("triade", "lv"))
    url = reverse("translation_files")
    response = translator.get(url, {"download": "1"})
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert names and all(name.startswith("sk/") for name in names)
    text = translator.get(url).content.decode()
    assert 'value="sk"' in text and 'value="lv"' not in text
    text = upload(translator, "beide.zip", to_zip([slovak, latvian]))
    assert "dürfen Sie nicht bearbeiten" in text
    for name in ("download_pofile", "upload_pofile"):
        address = reverse(f"wagtail_localize:{name}", args=[latvian.pk])
        file = SimpleUploadedFile("a.po", str(to_po(latvian)).encode())
        assert translator.get(address).status_code in (302, 403)
        assert translator.post(address, {"file": file}).status_code in (302, 403)


def test_pages_link_to_their_files(editor, kis_page):
    page = kis_page("triade")
    text = editor.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode()
    assert f"{reverse('translation_files')}?page={page.pk}" in text


# As commands


def test_commands(tmp_path, slovak, kis_page, editor, capsys):
    target = tmp_path / "sk.zip"
    call_command("export_po", "sk", str(target))
    call_command("import_po", str(target), user="erika")
    assert "0 texts taken" in capsys.readouterr().out
    call_command("export_po", "sk", str(tmp_path / "one"), page=kis_page("triade").pk)
    [path] = (tmp_path / "one").rglob("*.po")
    po = polib.pofile(str(path))
    entry(po, "lead").msgstr, entry(po, "lead").flags = "Hotovo", []
    entry(po, "title").msgctxt = "titel"
    po.save(str(path))
    with pytest.raises(CommandError, match="1 files were not taken, or not all of them"):
        call_command("import_po", str(tmp_path / "one"))
    output = capsys.readouterr()
    assert "titel: context isn't in the item" in output.err
    assert "1 texts taken from 1 files" in output.out
    assert text_of(slovak, "lead").data == "Hotovo"
    for wrong in (["import_po", "nirgends.po"], ["export_po", "xx", "ziel"]):
        with pytest.raises(CommandError, match=r"There (is|are) no such"):
            call_command(*wrong)
    assert select_translations("sk").count() > 10


@pytest.mark.parametrize("said", ["sk", "SK", "sk_SK", "sk-SK", "sk_SK.UTF-8", "sk@latin"])
def test_slovak_is_slovak_while_there_is_one(slovak, said):
    po = to_po(slovak)
    po.metadata["Language"] = said
    assert bring(po).refused == ""
    Locale.objects.create(language_code="sk-sk")
    assert (bring(po).refused == "") == (said.casefold() == "sk" or "@" in said)


def test_another_language_stays_another(slovak):
    po = to_po(slovak)
    for said in ("cs", "s", "skr"):
        po.metadata["Language"] = said
        assert bring(po).refused, said


def test_an_entry_with_plural_forms_is_told_as_that(slovak):
    po = to_po(slovak)
    old = entry(po, "title")
    po.remove(old)
    forms = {0: "jeden", 1: "dva", 2: "päť"}
    po.append(
        polib.POEntry(msgctxt="title", msgid=old.msgid, msgid_plural=old.msgid, msgstr_plural=forms)
    )
    report = bring(po)
    [remark] = report.remarks
    assert (report.empty, report.taken, remark.context) == (0, 0, "title")
    assert "Mehrzahlformen" in remark.message


@pytest.mark.parametrize(
    "text", ["<b></b>", "<br/>", "</b>", "<i> <b></b></i>", "…", "<a></a>", "Slovo <b>&nbsp;</b>"]
)
def test_markup_without_words_is_no_translation(slovak, text):
    po = to_po(slovak)
    one = next(one for one in po if one.msgctxt.startswith("body") and "<" not in one.msgid)
    one.msgstr, one.flags = text, []
    report = bring(po, overwrite=True)
    assert report.taken == 0
    assert any("keine Wörter" in remark.message for remark in report.remarks)


def test_a_link_without_words_is_named(kis_page):
    translation = translation_of(kis_page("landesjugendpfarramt-sachsen", "sk"))
    po = to_po(translation)
    one = next(one for one in po if "<a id=" in one.msgid)
    links = re.findall(r'<a id="\w+">', one.msgid)
    one.msgstr, one.flags = " a ".join(f"{link}</a>" for link in links) + " ďalšie", []
    report = bring(po, overwrite=True)
    assert report.taken == 0
    [remark] = report.remarks
    assert all(f"{link}</a>" in remark.message for link in links)


def test_what_has_no_words_in_the_source_needs_none(slovak, kis_page):
    page = kis_page("triade")
    page.body.append(("paragraph", '<p data-block-key="x">Vorher <b>…</b> nachher</p>'))
    page.save_revision().publish()
    TranslationSource.objects.get(object_id=page.translation_key).update_from_db()
    po = to_po(slovak)
    one = next(one for one in po if one.msgid.startswith("Vorher"))
    one.msgstr, one.flags = "Predtým <b>…</b> potom", []
    assert bring(po).taken == 1


def test_what_is_typed_in_the_editor_without_words_is_told_there_and_on_no_page(slovak, editor):
    segment = slovak.source.stringsegment_set.get(context__path="lead")
    url = reverse("wagtail_localize:edit_string_translation", args=[slovak.pk, segment.pk])
    for value, is_wrong in (("<b></b>", True), ("Slová", False), ("Slová <i> </i>", True)):
        answer = editor.put(
            url, urlencode({"value": value}), "application/x-www-form-urlencoded"
        ).json()
        assert bool(answer["error"]) == is_wrong, value
        assert not is_wrong or "keine Wörter" in answer["error"]
        assert text_of(slovak, "lead").has_error == is_wrong
