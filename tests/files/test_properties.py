"""What PDF files say of themselves is shown to editors, and removed by a button."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject
from wagtail.documents import get_document_model

AUTHOR = "Erika Mustermann"


def pdf(author=AUTHOR):
    """A PDF file with an author in its properties, in XMP and in what a program keeps in it."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    if author:
        writer.add_metadata({"/Author": author, "/Creator": "Schreibprogramm"})
        xmp = StreamObject()
        xmp.set_data(f"<x:xmpmeta>{author}</x:xmpmeta>".encode())
        writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
        kept = DictionaryObject({NameObject("/Program"): TextStringObject(author)})
        page[NameObject("/PieceInfo")] = writer._add_object(kept)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def made(db):
    def document(name, data):
        model = get_document_model()
        model.objects.all().delete()
        one = model(title="Flyer", file=ContentFile(data, name))
        one._set_document_file_metadata()
        one.save()
        return one

    return document


def form(document):
    return reverse("wagtaildocs:edit", args=[document.pk])


def button(document):
    return reverse("kis_partners_file_properties", args=[document.pk])


def check_removed(document, old):
    document = get_document_model().objects.get(pk=document.pk)
    with document.open_file() as file:
        data = file.read()
    assert AUTHOR.encode() not in data and b"Schreibprogramm" not in data
    assert len(PdfReader(io.BytesIO(data)).pages) == 1
    assert document.file_size == len(data)
    assert document.file_hash == hashlib.sha1(data).hexdigest()
    assert not Path(old).exists()


def test_an_editor_sees_the_properties_and_removes_them(
    editor, made, django_capture_on_commit_callbacks
):
    document = made("flyer.pdf", pdf())
    text = editor.get(form(document)).content.decode()
    assert AUTHOR in text and "Schreibprogramm" in text and button(document) in text
    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(button(document), follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[-1][0] == form(document)
    assert AUTHOR not in text and "kis-properties" not in text
    assert "Die Datei hat keine Eigenschaften mehr." in text
    check_removed(document, document.file.path)


def test_nothing_is_shown_where_there_is_nothing(editor, made):
    for name, data in (("brief.txt", AUTHOR.encode()), ("kaputt.pdf", pdf()[:200])):
        answer = editor.get(form(made(name, data)))
        assert answer.status_code == 200 and "kis-properties" not in answer.content.decode()


def test_a_damaged_file_stays_and_a_sentence_says_so(editor, made):
    document = made("kaputt.pdf", pdf()[:200])
    text = editor.post(button(document), follow=True).content.decode()
    assert "Aus dieser Datei lassen sich die Eigenschaften nicht entfernen." in text
    assert Path(document.file.path).read_bytes() == pdf()[:200]


def test_only_who_may_change_it_removes_them(client, made, django_user_model):
    document = made("flyer.pdf", pdf())
    before = Path(document.file.path).read_bytes()
    assert client.post(button(document)).status_code in (302, 403)
    user = django_user_model.objects.create_user("max", "max@example.org", "geheim")
    client.force_login(user)
    assert client.post(button(document)).status_code in (302, 403)
    assert Path(document.file.path).read_bytes() == before


def test_reading_the_address_removes_nothing(editor, made):
    assert editor.get(button(made("flyer.pdf", pdf()))).status_code == 405


def test_the_command_removes_them_on_request(made, capsys, django_capture_on_commit_callbacks):
    document = made("flyer.pdf", pdf())
    broken = get_document_model().objects.create(
        title="Kaputt", file=ContentFile(pdf()[:200], "kaputt.pdf")
    )
    call_command("clean_files")
    assert AUTHOR.encode() in Path(document.file.path).read_bytes()
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(CommandError, match=f"Document {broken.pk}: "),
    ):
        call_command("clean_files", documents=True)
    assert "2 documents looked at, 1 cleaned." in capsys.readouterr().out
    check_removed(document, document.file.path)
    broken.delete()
    call_command("clean_files", documents=True)
    assert "1 documents looked at, 0 cleaned." in capsys.readouterr().out
