"""Answers from the shelf: listings, details, the feed, feeds for readers, the cache.

Imports shelf.
"""
