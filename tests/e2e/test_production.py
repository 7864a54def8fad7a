"""The site as a server runs it, with gunicorn and collected files; and its pages for what fails."""

import gzip
import re
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import ROOT, free_port, serving
from tests.e2e.test_public import LANGUAGES, VNU, WCAG, check_html

GUNICORN = [sys.executable, "-m", "gunicorn", "kis_wagtail.wsgi", "--access-logfile", "-"]


def production_settings(folder, database, address):
    return {
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.production",
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(folder / "media"),
        "BASE_URL": f"http://{address}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "only for tests" * 5,
        "SECURE_SSL_REDIRECT": "False",
        "TRUSTED_PROXIES": "0",
    }


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The static files are where production looks for them."""
    folder = tmp_path_factory.mktemp("collect")
    environment = production_settings(folder, folder / "none", "127.0.0.1")
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    done = subprocess.run(collect, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def production(folder, database):
    address = f"127.0.0.1:{free_port()}"
    command = [*GUNICORN, "--config", "gunicorn.conf.py", "--bind", address]
    log = folder / f"{database.stem}.log"
    environment = production_settings(folder, database, address)
    with serving(command, log, f"http://{address}/robots.txt", **environment):
        yield f"http://{address}", log


@pytest.fixture(scope="session")
def live(server, demo_folder, collected):
    """(address, log) of the site with the demo's database."""
    with production(demo_folder, demo_folder / "db.sqlite3") as running:
        yield running


@pytest.fixture(scope="session")
def broken(tmp_path_factory, collected):
    """The address of a site whose database is empty, so that every page fails."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "empty.sqlite3").touch()
    with production(folder, folder / "empty.sqlite3") as (address, _log):
        yield address


WORDS = {
    404: {"de": "Seite nicht gefunden", "en": "Page not found", "sk": "sa nenašla", "lv": "nav"},
    500: {
        "de": "nicht funktioniert",
        "en": "Something went wrong",
        "sk": "sa nepodarilo",
        "lv": "Radās kļūda",
    },
}


@pytest.fixture(params=[404, 500])
def failing(request, live, broken):
    """(status, the address of a page in a language that fails with it)"""
    base = live[0] if request.param == 404 else broken
    return request.param, lambda language: f"{base}/{language}/no-such-page/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_for_what_fails_is_for_everyone(page, context, failing, language, scheme):
    status, address = failing
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    answer = page.goto(address(language))
    assert answer.status == status
    assert page.locator("html").get_attribute("lang") == language
    assert WORDS[status][language] in page.locator("h1").text_content()
    assert page.locator("#exit").get_attribute("href") == f"https://{language}.wikipedia.org/"
    assert page.locator("#exit-hint").get_attribute("hidden") is None, "the script did not run"
    result = Axe().run(page, options=WCAG)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert context.cookies() == []


@pytest.mark.skipif(not VNU, reason="VNU_JAR names no HTML checker")
def test_their_html_is_correct(failing, tmp_path):
    _status, address = failing
    for language in LANGUAGES:
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(address(language))
        with answer.value as error:
            (tmp_path / f"{language}.html").write_bytes(error.read())
    check_html(tmp_path)


def test_files_are_compressed_and_named_by_their_content(live):
    base, _log = live
    with urllib.request.urlopen(f"{base}/de/") as response:
        text = response.read().decode()
    weight = len(gzip.compress(text.encode(), 6))
    found = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', text)
    assert len(found) == 2
    for path in found:
        request = urllib.request.Request(base + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert "immutable" in response.headers["Cache-Control"]
            weight += len(response.read())
    assert weight <= 60_000


def test_what_somebody_searches_for_is_in_no_log(live, server, demo_folder):
    production_site, production_log = live
    for base in (production_site, server):
        for path in ("/de/?q=Frauenhausplatz", "/de/no-such-page/?q=Frauenhausplatz"):
            try:
                urllib.request.urlopen(base + path).close()
            except urllib.error.HTTPError as error:
                error.close()
    for log in (production_log, demo_folder / "log"):
        text = log.read_text()
        assert "Frauenhausplatz" not in text
        assert "/de/no-such-page/" in text
