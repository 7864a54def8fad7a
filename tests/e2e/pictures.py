"""Pictures of the handbook, taken where the admin is used: ``UPDATE_PICTURES=1`` writes them.

Without, a picture is compared with the one in the handbook, coarsely: other fonts and other dates
make no difference, another screen does.
"""

import io
import os
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "images"
WIDTH = 1000
# Mean difference of brightness (0 to 255) of two pictures, each 40 points wide. The same screen
# taken twice differs by less, two screens of the handbook by more.
MOST_DIFFERENT = 2


SCROLL = 'node => node.scrollIntoView({block: "center", behavior: "instant"})'


def take(page, name, around=None):
    """A picture of the screen, from the top or around an element."""
    page.wait_for_load_state("networkidle")
    for _attempt in range(2):  # the page may still be scrolling to what was clicked
        page.wait_for_timeout(400)
        (around or page.locator("h1").first).evaluate(SCROLL)
    page.wait_for_timeout(200)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.LANCZOS)
    keep(picture, FOLDER / f"{name}.webp")


def keep(picture, file):
    """Compare a picture with the one that is kept in a file, or write it."""
    if os.environ.get("UPDATE_PICTURES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file, quality=60, method=6)
    difference = differ(picture, Image.open(file))
    assert difference < MOST_DIFFERENT, (
        f"{file.name} shows another screen ({difference:.1f}); take it anew with UPDATE_PICTURES=1"
    )


def differ(one, other):
    """How different two pictures are: 0 is the same, 255 is black and white."""
    small = [picture.convert("L").resize((40, 27), Image.BOX) for picture in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*small)).mean[0]
