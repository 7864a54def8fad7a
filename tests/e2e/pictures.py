"""Pictures of the handbook, taken where the admin is used: ``UPDATE_PICTURES=1`` writes them.

Without, a picture is compared with the one in the handbook, coarsely: other fonts and other dates
make no difference, another screen does.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "handbook" / "images"
WIDTH = 1000
# Mean difference of brightness (0 to 255) of two pictures, each 40 points wide. The same screen
# taken twice differs by less, two screens of the handbook by more.
MOST_DIFFERENT = 2


# The admin's own column scrolls, not the window, and its headline stays where it is.
TOP = """node => {
    for (; node; node = node.parentElement) node.scrollTo({top: 0, behavior: "instant"});
}"""
CENTRE = 'node => node.scrollIntoView({block: "center", behavior: "instant"})'


def take(page, name, around=None):
    """A picture of the screen, from the top or around an element, once nothing moves any more."""
    page.wait_for_load_state("networkidle")
    before, wrong = None, f"{name} never stands still"
    for _attempt in range(20):
        (around or page.locator("h1").first).evaluate(CENTRE if around else TOP)
        page.wait_for_timeout(400)
        shot = page.screenshot()
        if shot == before:
            picture = Image.open(io.BytesIO(shot)).convert("RGB")
            size = WIDTH, round(picture.height * WIDTH / picture.width)
            wrong = keep(picture.resize(size, Image.LANCZOS), FOLDER / f"{name}.webp")
            if not wrong:
                return
        before = shot
    pytest.fail(wrong)


def keep(picture, file):
    """What is wrong with a picture, beside the one that is kept in a file; or write it there."""
    if os.environ.get("UPDATE_PICTURES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file, quality=60, method=6)
    difference = differ(picture, Image.open(file))
    if difference < MOST_DIFFERENT:
        return ""
    taken = ROOT / "var" / "screenshots" / f"different-{file.name}"
    taken.parent.mkdir(parents=True, exist_ok=True)
    picture.save(taken)
    wrong = f"{file.name} shows another screen than {taken} ({difference:.1f})"
    return f"{wrong}; take it anew with UPDATE_PICTURES=1"


def differ(one, other):
    """How different two pictures are: 0 is the same, 255 is black and white."""
    small = [picture.convert("L").resize((40, 27), Image.BOX) for picture in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*small)).mean[0]
