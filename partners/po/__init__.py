"""PO files of translations: what fits an item, written for editors of PO files and read back.

A file is one item in one language. Its entries are known by the path of their segment as context
and the source text. wagtail-localize says nothing of what doesn't fit, so that is checked first.
"""
