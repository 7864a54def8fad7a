"""Translating in the admin: reviews, drafts, what reaches translations, many at once, machines.

It stands on wagtail-localize, whose records it reads and writes, for any page or snippet of a
site.
"""
