"""The drawing of the network: the site's own organisation in the middle, cooperations around it.

Pure: it places texts and lines; the template writes the SVG. Lengths are in the units of the
drawing; the font size is 15.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

WIDTH = 800
BOX = 280
LINE = 20
PADDING = 12
GAP = 20
RADIUS = 70
# The number of characters in a line of a box.
CHARACTERS = 30


@dataclass(frozen=True)
class Cooperation:
    """A cooperation to draw: ``kind`` decides the style of the line, ``label`` is its name."""

    title: str
    url: str | None
    kind: str
    label: str


@dataclass(frozen=True)
class Text:
    """A line of text, and the height of its baseline."""

    words: str
    y: int


@dataclass(frozen=True)
class Box:
    """The box of a cooperation: upper left corner, height, lines of text, line to the middle."""

    cooperation: Cooperation
    x: int
    y: int
    height: int
    label_y: int
    lines: list[Text]
    path: str

    @property
    def text_x(self) -> int:
        return self.x + PADDING


@dataclass(frozen=True)
class Drawing:
    """A drawing of ``WIDTH`` by ``height`` units around a circle with the organisation's name."""

    height: int
    name: list[Text]
    boxes: list[Box] = field(default_factory=list)
    width: int = WIDTH
    box: int = BOX
    radius: int = RADIUS

    @property
    def centre(self) -> tuple[int, int]:
        return WIDTH // 2, self.height // 2


def draw(name: str, cooperations: list[Cooperation]) -> Drawing | None:
    """Draw cooperations left and right of the middle, in order; None without any."""
    if not cooperations:
        return None
    half = (len(cooperations) + 1) // 2
    columns = [cooperations[:half], cooperations[half:]]
    heights = [sum(_height(one) + GAP for one in column) - GAP for column in columns]
    height = max(*heights, 2 * RADIUS) + 2
    boxes = []
    for number, (column, used) in enumerate(zip(columns, heights, strict=True)):
        y = (height - used) // 2
        for one in column:
            boxes.append(_box(one, number == 0, y, height))
            y += _height(one) + GAP
    words = textwrap.wrap(name, 11)
    first = height // 2 - (len(words) - 1) * LINE // 2 + 6
    return Drawing(height, [Text(word, first + i * LINE) for i, word in enumerate(words)], boxes)


def _wrap(title: str) -> list[str]:
    return textwrap.wrap(title, CHARACTERS) or [""]


def _height(one: Cooperation) -> int:
    return (len(_wrap(one.title)) + 1) * LINE + 2 * PADDING - 4


def _box(one: Cooperation, left: bool, y: int, height: int) -> Box:
    x = 1 if left else WIDTH - BOX - 1
    edge, toward = (BOX + 1, 60) if left else (WIDTH - BOX - 1, -60)
    middle_x, middle_y = WIDTH // 2, height // 2
    box_middle = y + _height(one) // 2
    path = f"M{middle_x} {middle_y}C{middle_x} {box_middle} {edge + toward} {box_middle} "
    path += f"{edge} {box_middle}"
    label_y = y + PADDING + 12
    return Box(
        cooperation=one,
        x=x,
        y=y,
        height=_height(one),
        label_y=label_y,
        lines=[
            Text(words, label_y + (i + 1) * LINE + 1) for i, words in enumerate(_wrap(one.title))
        ],
        path=path,
    )
