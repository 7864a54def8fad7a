"""PO files of translations: export for translation programs such as Poedit, import, checks.

Imports roles, translating and all rooms below them.

A file holds one item in one language. The context of an entry is the path of its segment. Entries
are checked before wagtail-localize imports them, because it reports hardly any fault.
"""
