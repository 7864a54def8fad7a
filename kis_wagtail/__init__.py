"""The reference site: settings, addresses, KIS's own content and texts.

Imports home, search, signin and partners.
"""
