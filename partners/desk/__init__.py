"""Screens for editors: reports, panels, the translation overview, PO files, terms, side by side.

Imports care, po, roles, translating and all rooms below them.
"""
