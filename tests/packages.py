"""Small content packages for the loader's tests, written to a folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import polib

from partners.content.loader import write_po_files

HEAD = """\
name: probe
source: de
languages: [sk]
tool: Probe
"""

ITEMS = """\
type: kis_partners.Topic
key: gewaltschutz
name: Gewaltschutz
---
type: kis_partners.Organisation
key: verein
name: Musterverein e. V.
kind: association
country: DE
---
type: kis_partners.Person
key: leitung
role: Leitung des Mustervereins
name: Erika Mustermann
email: erika.mustermann@example.org
organisation: verein
---
type: kis_partners.CooperationIndexPage
key: liste
title: Musterliste
slug: musterliste
---
type: kis_partners.PartnerPage
key: muster
parent: liste
title: Zusammenarbeit mit dem Musterverein
slug: musterverein
organisation: verein
since: 2010-05
topics: [gewaltschutz]
contacts: [{person: leitung, side: partner}]
body:
  - paragraph: <p>Es leitet <a linktype="person" key="leitung">die Leitung</a>.</p>
"""


class PackageFolder:
    """The folder of a package that a test can change; ``write_po`` puts "SK" before each text."""

    def __init__(self, root: Path, items: str = ITEMS, head: str = HEAD) -> None:
        self.root = root
        (root / "de").mkdir(parents=True)
        self.write("package.yaml", head)
        self.write("de/items.yaml", items)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(dedent(text), encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @classmethod
    def translated(cls, root: Path) -> PackageFolder:
        """The package above with its PO files, which are made once: the load costs 0.2 s."""
        folder = cls(root)
        for name, text in _po_files().items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            folder.write(name, text)
        return folder

    def write_po(self) -> None:
        write_po_files(self.root)
        for path in (self.root / "po").rglob("*.po"):
            po = polib.pofile(str(path))
            for entry in po:
                entry.msgstr = entry.msgstr or self.translate(entry)
            po.save(str(path))

    @staticmethod
    def translate(entry: polib.POEntry) -> str:
        if entry.msgctxt == "slug":
            return f"{entry.msgid}-sk"
        before, tag, rest = entry.msgid.partition("<")
        return f"SK {before}{tag}{rest}"


@cache
def _po_files() -> dict[str, str]:
    """The PO files of the package above, by their names in its folder."""
    with TemporaryDirectory() as folder:
        package = PackageFolder(Path(folder, "probe"))
        package.write_po()
        paths = (package.root / "po").rglob("*.po")
        return {str(path.relative_to(package.root)): path.read_text("utf-8") for path in paths}
