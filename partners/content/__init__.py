"""Content packages: KIS's words, or another centre's, kept in files and loaded into Wagtail.

``schema`` reads a package and finds what is wrong with it, ``values`` turns its words into field
values, ``loader`` writes them, ``translations`` carries the PO files through wagtail-localize.
"""

from .loader import Report, load
from .schema import Package, PackageError, Problem, read

__all__ = ["Package", "PackageError", "Problem", "Report", "load", "read"]
