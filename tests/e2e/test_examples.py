"""The pictures of examples beside the page types, taken of the demo's own pages."""

import io

import pytest
from PIL import Image

from partners.desk.page_examples import HEIGHT, PICTURE_PATH, WIDTH
from tests.e2e.conftest import ROOT
from tests.e2e.pictures import keep

TYPES = {
    "home.HomePage": 0,
    "home.StandardPage": 0,
    "kis_partners.CooperationIndexPage": 0,
    "kis_partners.PartnerPage": 1,
    "kis_partners.NetworkPage": 0,
    "kis_partners.ExchangeProgrammePage": 0,
}


@pytest.mark.parametrize("name", TYPES)
def test_the_picture_of_a_type_shows_such_a_page(page, ask, name):
    found = ask(f"pages/?type={name}&locale=de&order=id")["items"]
    page.set_viewport_size({"width": 3 * WIDTH, "height": 3 * HEIGHT})
    page.emulate_media(color_scheme="light")
    page.goto(found[TYPES[name]]["meta"]["html_url"])
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    app_label, model_name = name.lower().split(".")
    path = PICTURE_PATH.format(app_label=app_label, model_name=model_name)
    file = ROOT / "kis_wagtail/static" / path
    # Twice the size that it is shown in.
    assert not keep(picture.resize((2 * WIDTH, 2 * HEIGHT), Image.LANCZOS), file)
    assert file.stat().st_size < 40_000
