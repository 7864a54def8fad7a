"""The demo, as a developer starts it in a new clone."""

import json
import urllib.request

from tests.e2e.conftest import demo


def test_it_starts_from_nothing_and_answers_a_page_in_each_language(tmp_path):
    with demo(tmp_path, from_nothing=True) as address:
        for language in ("de", "en", "sk", "lv"):
            with urllib.request.urlopen(f"{address}/{language}/", timeout=60) as response:
                assert f'<html lang="{language}"' in response.read().decode()
        with urllib.request.urlopen(f"{address}/api/v2/cooperations/?locale=lv") as response:
            assert json.load(response)["meta"]["total_count"] == 9
