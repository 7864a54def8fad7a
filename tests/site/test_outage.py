"""Whom to call while the site itself is away."""

import re
import urllib.error
import urllib.request

import pytest
from django.core.management import CommandError, call_command
from django.utils.html import escape

from home import numbers
from home.models import EmergencyNumber, EmergencyNumberWords, ExitControl
from tests.languages import LANGUAGES
from tests.processes import servers

CODES = ["de", *LANGUAGES]


@pytest.fixture
def folder(kis_page, tmp_path):
    call_command("write_outage_pages", str(tmp_path / "_outage"), verbosity=0)
    yield tmp_path / "_outage"
    numbers._last_read.clear()


def test_each_language_has_a_page_with_its_numbers_that_loads_nothing(folder):
    assert {path.name for path in folder.iterdir()} == {f"{code}.html" for code in CODES}
    for code in CODES:
        text = (folder / f"{code}.html").read_text("utf-8")
        assert f'<html lang="{code}">' in text and "--" in text.partition("</style>")[0]
        words = EmergencyNumberWords.objects.filter(language=code)
        for one in numbers.first(numbers.in_order(words)):
            assert f'href="{one.emergency_number.uri}"' in text and escape(one.name) in text
        assert f'href="{ExitControl.for_site(None, code).target}"' in text
        assert not re.search("<script|<link|<img|<iframe", text)


def test_they_have_what_editors_last_said(folder):
    EmergencyNumber.objects.filter(number="110", country="DE").update(number="0110")
    call_command("write_outage_pages", str(folder), verbosity=0)
    assert 'href="tel:0110"' in (folder / "de.html").read_text("utf-8")
    assert {path.name for path in folder.iterdir()} == {f"{code}.html" for code in CODES}


def test_a_folder_that_cannot_be_written_is_named(db, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="file"):
        call_command("write_outage_pages", str(tmp_path / "file"), verbosity=0)


@pytest.mark.skipif(not servers.program("nginx"), reason="there is no nginx")
def test_nginx_shows_them_while_the_site_is_away(folder):
    nobody = servers.free_port()
    with servers.running(servers.example_nginx(folder.parent, [nobody], "/nowhere")) as nginx:
        for path, code in [("/sk/spolupraca/", "sk"), ("/lv/", "lv"), ("/admin/", "de")]:
            with pytest.raises(urllib.error.HTTPError) as answer:
                urllib.request.urlopen(f"http://127.0.0.1:{nginx.port}{path}", timeout=10)
            with answer.value as told:
                assert told.code == 502 and told.headers["Cache-Control"] == "no-store"
                assert told.headers["Retry-After"] == "60"
                assert f'<html lang="{code}">' in told.read().decode()
        with pytest.raises(urllib.error.HTTPError) as closed:
            urllib.request.urlopen(f"http://127.0.0.1:{nginx.port}/_outage/de.html", timeout=10)
        closed.value.close()
        assert closed.value.code == 404
        # Without the pages it is a fault as before: 404 would tell others to drop what they have.
        for page in folder.iterdir():
            page.unlink()
        with pytest.raises(urllib.error.HTTPError) as bare:
            urllib.request.urlopen(f"http://127.0.0.1:{nginx.port}/api/v2/changes/", timeout=10)
        bare.value.close()
        assert bare.value.code == 502
