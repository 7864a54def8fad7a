"""Content packages: content and its translations in files, loaded into Wagtail.

Imports po, translating, models, search, items and words. ``package`` reads the files and reports
problems, ``values`` makes field values, ``loader`` saves them, ``po_files`` loads translations.
"""

from .loader import Report, load
from .package import Package, PackageError, Problem, read_package

__all__ = ["Package", "PackageError", "Problem", "Report", "load", "read_package"]
