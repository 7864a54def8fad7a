"""``docs/settings.md`` has every key of ``KIS_PARTNERS``, as the dataclass has it."""

from __future__ import annotations

import os
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_type_hints

from partners.checks.setting import described
from partners.conf import Conf

PAGE = Path(__file__).resolve().parents[1] / "docs/settings.md"
HEAD = "| key | value | default | meaning |\n|---|---|---|---|\n"


def rows():
    hints = get_type_hints(Conf)
    for one in fields(Conf):
        value = one.default if one.default is not MISSING else one.default_factory()
        if isinstance(value, dict):
            shown = ", ".join(f"`{name}`: `{spec}`" for name, spec in value.items()) or "`{}`"
        elif isinstance(value, tuple):
            shown = ", ".join(value) or "`()`"
        else:
            shown = f"`{value!r}`"
        bounds = one.metadata["least"], one.metadata["most"]
        cells = (
            f"`{one.name.upper()}`",
            described(hints[one.name], *bounds),
            shown.replace("|", "\\|"),
            one.metadata["meaning"],
        )
        yield f"| {' | '.join(cells)} |\n"


def test_the_table_of_settings_is_that_of_the_dataclass():
    """``UPDATE_SNAPSHOTS=1`` writes it anew."""
    page = PAGE.read_text()
    before, table, after = page.partition(HEAD)
    assert table, "the table has another head"
    rest = after[after.index("\n\n") :] if "\n\n" in after else "\n"
    wanted = before + HEAD + "".join(rows()).rstrip("\n") + rest
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(wanted)
    assert PAGE.read_text() == wanted
