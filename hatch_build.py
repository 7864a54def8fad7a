"""What the package index shows: the README with links that lead somewhere from there.

The environment variable ``PROJECT_URL`` is the address at which the repository can be browsed, if
it can: then links into it are absolute, and there are project URLs. Otherwise links of the README
are texts that name the file, which the source distribution has, and pictures are left out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

#: Where files of a branch are, below the address of the repository.
FILES, PICTURES = "blob/main", "raw/main"
LINK = re.compile(
    r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?!https?:|#|mailto:)(?P<path>[^)#]*)(?P<part>#[^)]*)?\)"
)


class Metadata(MetadataHookInterface):
    """Sets the long description and the project URLs of a distribution."""

    def update(self, metadata: dict[str, Any]) -> None:
        home = os.environ.get("PROJECT_URL", "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": for_index(text, home)}
        if home:
            metadata["urls"] = {
                "Source": home,
                "Documentation": f"{home}/{FILES}/docs/install.md",
                "Changelog": f"{home}/{FILES}/CHANGELOG.md",
            }


def for_index(text: str, home: str) -> str:
    """A README without relative links."""

    def link(found: re.Match[str]) -> str:
        if found["picture"]:
            return (
                f"![{found['text']}]({home}/{PICTURES}/{found['path']})" if home else found["text"]
            )
        if home:
            return f"[{found['text']}]({home}/{FILES}/{found['path']}{found['part'] or ''})"
        return f"{found['text']} (`{found['path']}`)"

    return LINK.sub(link, text)
