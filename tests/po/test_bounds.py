"""PO files that come from elsewhere: nothing without end is read, parsed or told."""

import io
import zipfile
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from wagtail_localize.models import StringTranslation

from partners.content import PackageError, load
from partners.po import archive, check, incoming
from partners.po.incoming import read_upload
from partners.po.outgoing import to_po
from tests.packages import HEAD, PackageFolder
from tests.po.test_po_files import entry, slovak  # noqa: F401

pytestmark = pytest.mark.django_db

HEADER = 'msgid ""\nmsgstr "Language: sk\\n"\n\n'
SENTENCES = {
    "de": "Eintrag",
    "en": "entry",
    "sk": "Položka",
    "lv": "Ierakst",
}


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(f"{name}.po", content)
    return out.getvalue()


def many(number):
    return HEADER + "".join(f'msgctxt "a{n}"\nmsgid "b"\nmsgstr "c"\n\n' for n in range(number))


LONG = {
    "a text": 'msgid "a"\nmsgstr "{}"\n'.format("x" * check.MAX_ENTRY_LENGTH),
    "many lines": 'msgid "a"\nmsgstr ""\n' + '"x"\n' * check.MAX_ENTRY_LENGTH,
    "comments": 'msgid "z"\nmsgstr ""\n' + "# x\n" * check.MAX_ENTRY_LENGTH,
    "an obsolete one": '#~ msgid "a"\n#~ msgstr "{}"\n'.format("x" * check.MAX_ENTRY_LENGTH),
    "a header": 'msgid "x"\nmsgstr "' + "y" * check.MAX_ENTRY_LENGTH + '"\n',
}


@pytest.mark.parametrize("what", LONG)
def test_an_entry_without_end_is_refused_before_it_is_parsed(what, monkeypatch):
    def parsed(*_args):
        raise AssertionError("it was parsed")

    monkeypatch.setattr(check.polib, "pofile", parsed)
    with translation.override("en"):
        [report] = read_upload("a.po", (HEADER + LONG[what]).encode())
    assert report.refused == (
        f"This is not a PO file: The entry in line 4 has more than {check.MAX_ENTRY_LENGTH} "
        "characters."
    )


def test_entries_without_end_are_refused_before_they_are_parsed():
    with translation.override("en"):
        [report] = read_upload("a.po", many(check.MAX_ENTRIES).encode())
    assert f"more than {check.MAX_ENTRIES} entries" in report.refused


def test_a_file_without_end_is_refused():
    with translation.override("en"):
        [report] = read_upload("a.po", HEADER.encode() + b"\n" * archive.MAX_FILE_BYTES)
    assert report.refused == "This file has more than 5 MB."


def test_an_archive_that_grows_without_end_is_refused():
    data = zipped(a="x" * archive.MAX_FILE_BYTES, b="x" * archive.MAX_FILE_BYTES)
    with translation.override("en"):
        [report] = read_upload("a.zip", data)
    assert report.refused == "Unpacked, the archive is more than 100 times as large."


def test_an_archive_of_files_without_end_is_refused_before_they_are_listed(monkeypatch):
    def opened(*_args):
        raise AssertionError("it was opened")

    data = zipped(a="x") + archive._CONTENT * archive.MAX_FILES
    monkeypatch.setattr(archive.zipfile, "ZipFile", opened)
    with translation.override("en"):
        [report] = read_upload("a.zip", data)
    assert report.refused == "There are more than 5000 files in the archive."


def test_files_for_which_there_is_no_time_are_told(editor, monkeypatch):
    monkeypatch.setattr("partners.desk.po_files.MAX_SECONDS", -1)
    file = SimpleUploadedFile("a.zip", zipped(a=many(1), b=many(1)))
    shown = editor.post(reverse("translation_files"), {"file": file}).content.decode()
    assert shown.count("Für diese Datei reichte die Zeit nicht.") == 2


def test_remarks_without_end_are_counted(slovak):  # noqa: F811
    po = to_po(slovak)
    made = str(po) + "".join(
        f'\nmsgctxt "a{n}"\nmsgid "b"\nmsgstr "c"\n' for n in range(incoming.MAX_REMARKS + 7)
    )
    with translation.override("en"):
        [report] = read_upload("a.po", made.encode())
    assert len(report.remarks) == incoming.MAX_REMARKS + 1
    assert report.remarks[-1].message == "7 further entries were not taken, either"
    assert not StringTranslation.objects.filter(data="c").exists()


def test_an_upload_in_the_editor_is_read_to_the_limit_alone(editor, slovak, monkeypatch):  # noqa: F811
    monkeypatch.setattr("partners.desk.po_files.MAX_UPLOAD_BYTES", 10)
    monkeypatch.setattr("partners.po.incoming.MAX_UPLOAD_BYTES", 10)
    url = reverse("wagtail_localize:upload_pofile", args=[slovak.pk])
    file = SimpleUploadedFile("a.po", str(to_po(slovak)).encode())
    assert "Diese Datei hat mehr als" in editor.post(url, {"file": file}).content.decode()


def test_the_command_and_packages_have_the_same_limits(tmp_path, capsys):
    path = tmp_path / "a.po"
    path.write_text(many(check.MAX_ENTRIES), "utf-8")
    with pytest.raises(CommandError):
        call_command("import_po", str(path))
    assert "entries in it" in capsys.readouterr().err
    folder = PackageFolder(tmp_path / "probe", "type: kis_partners.Topic\nkey: t\nname: T\n", HEAD)
    folder.write_po()
    po = folder.root / "po" / "sk" / "topic.t.po"
    po.write_text(HEADER + LONG["comments"], "utf-8")
    with pytest.raises(PackageError) as refused:
        load(folder.root)
    assert "po/sk/topic.t.po:1: this is not a PO file: The entry in line 4 has" in str(
        refused.value
    )


def test_limits_are_told_in_the_language_of_the_editor():
    told = []
    for code, word in SENTENCES.items():
        with translation.override(code):
            [report] = read_upload("a.po", (HEADER + LONG["comments"]).encode())
        assert word in report.refused
        told.append(report.refused)
    assert all(one != other for one, other in pairwise(told))


def test_a_file_within_the_limits_is_taken(slovak):  # noqa: F811
    po = to_po(slovak)
    entry(po, "title").comment = "x\n" * 1000
    [report] = read_upload("a.po", str(po).encode())
    assert report.is_fine
