"""Ratios as one picture: bars on a logarithmic scale, in SVG, for light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from benchmarks.delivery.results import Result, number

WIDTH, LABELS, VALUES, ROW, TOP = 920, 440, 70, 26, 44
STYLE = (
    "svg { color: #1f2328; font: 14px system-ui, sans-serif } "
    ".bar { fill: #35618e } .goal { stroke: #a33a2a; stroke-width: 3 } "
    "@media (prefers-color-scheme: dark) { svg { color: #e6edf3 } .bar { fill: #79aede } "
    ".goal { stroke: #ff9d8a } }"
)


def picture(title: str, results: Sequence[Result]) -> str:
    """A bar for each result that is drawn, from once to its ratio, and a stroke for its goal."""
    rows = [(result.drawn, float(result.ratio or 1), goal(result)) for result in results
            if result.drawn and result.ratio]  # fmt: skip
    every = [1.0, *(one for _name, ratio, bound in rows for one in (ratio, bound or 1.0))]
    low, high = floor(log10(min(every))), max(1, ceil(log10(max(every))))
    scale = (WIDTH - LABELS - VALUES) / (high - low)

    def x(value: float) -> float:
        return round(LABELS + (log10(value) - low) * scale, 1)

    bottom = TOP + ROW * len(rows)
    parts = []
    for power in range(low, high + 1):
        at, name = x(10**power), f"{10**power:g}" if power < 0 else f"{10**power:,}"
        parts.append(
            f'<line x1="{at}" x2="{at}" y1="{TOP - 8}" y2="{bottom}" stroke="currentColor" '
            f'opacity="{0.6 if power == 0 else 0.2}"/>'
            f'<text x="{at}" y="{TOP - 14}" text-anchor="middle" fill="currentColor">'
            f"{name} ×</text>"
        )
    for place, (name, ratio, bound) in enumerate(rows):
        y, begin, end = TOP + ROW * place, *sorted((x(1), x(ratio)))
        parts.append(
            f'<text x="{LABELS - 12}" y="{y + 15}" text-anchor="end" fill="currentColor">'
            f"{escape(name)}</text>"
            f'<rect class="bar" x="{begin}" y="{y + 3}" width="{round(end - begin, 1)}" '
            f'height="{ROW - 10}" rx="2"/>'
            f'<text x="{end + 8}" y="{y + 15}" fill="currentColor">{number(ratio)}</text>'
        )
        if bound:
            at = x(bound)
            parts.append(f'<line class="goal" x1="{at}" x2="{at}" y1="{y}" y2="{y + 22}"/>')
    said = ". ".join(
        f"{name}: {number(ratio)} times" + (f", goal {number(bound)}" if bound else "")
        for name, ratio, bound in rows
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 34}" role="img" '
        f'aria-labelledby="title desc">\n<title id="title">{escape(title)}</title>\n'
        f'<desc id="desc">{escape(said)}.</desc>\n<style>{STYLE}</style>\n'
        + "\n".join(parts)
        + f'\n<text x="{LABELS}" y="{bottom + 24}" fill="currentColor" font-size="12">'
        "Logarithmic scale; the strokes are goals.</text>\n</svg>\n"
    )


def goal(result: Result) -> float | None:
    """The bound of the ratio of a result."""
    bound = result.goal.split()[1] if result.goal and result.value is None else None
    return float(bound.replace(",", "")) if bound else None
