"""Pages that show another site's pages, kept in step by its feed and never edited here.

Imports client.
"""
