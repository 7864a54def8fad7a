"""Who may do what, in which language.

Wagtail's page permissions hold below a page, and each language has a tree of its own, so they
say all about pages. Snippets of all languages are in one table: there, a group's permissions hold
in the languages of its :class:`~..models.Role`.
"""
