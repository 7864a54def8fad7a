"""What types take, by the command and in the documents.

``UPDATE_SNAPSHOTS=1`` writes ``docs/package-types.md`` anew.
"""

import io
import os

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from partners.content.describe import describe
from partners.content.package import types
from tests.conftest import EXAMPLE

PAGE = settings.BASE_DIR / "docs" / "package-types.md"
HEAD = """\
# What types of a package take

Made from the code (`manage.py load_content --describe`), which also knows the types of your own
site. How a package is written: [packages](packages.md).
"""


def said(*wanted):
    out = io.StringIO()
    call_command("load_content", "--describe", *wanted, stdout=out)
    return out.getvalue()


def test_the_page_in_the_documents_is_what_the_code_takes():
    text = HEAD
    with translation.override("en"):
        for name in types():
            if not name.startswith("home."):
                title, *lines = describe(name)
                text += "\n".join(["", f"## {title}", *lines, ""])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(text)
    assert PAGE.read_text() == text


def test_a_type_is_described_with_choices_rows_and_blocks():
    text = said("kis_partners.partnerpage")
    for line in (
        "kis_partners.PartnerPage: cooperation with a partner",
        "- `parent`: the key of the page above, a `kis_partners.CooperationIndexPage`",
        "- `title` (required): a text of at most 255 characters",
        "- `topics`: a list, each a key of `kis_partners.Topic`",
        "    - `level` (required): one of `h2` (Section), `h3` (Subsection); without it `h2`",
    ):
        assert line in text.splitlines()


def test_all_choices_of_a_field():
    assert "`LV` (Latvia)" in said("kis_partners.Organisation.country")


def test_without_a_type_all_are_listed():
    assert "kis_partners.Topic: topic" in said().splitlines()
    assert "document: document" in said().splitlines()


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("kis_partners.Topc", "there is no type 'kis_partners.Topc', did you mean"),
        ("nonsense", "there is no type 'nonsense'"),
        ("kis_partners.Topic.nme", "has no field 'nme', did you mean 'name'?"),
    ],
)
def test_a_slip_is_told_with_the_nearest(wanted, told):
    with pytest.raises(CommandError) as refused:
        said(wanted)
    assert told in str(refused.value)


def test_the_example_uses_only_what_is_described():
    """Each name of the example is in the description of its type."""
    from partners.content import read_package

    for item in read_package(EXAMPLE).items:
        text = said(item.type)
        for name in item.fields.keys() - {"type"}:
            assert f"- `{name}`" in text, (item.name, name)
