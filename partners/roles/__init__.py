"""Roles: the groups of an editorial team, and permissions that hold in some languages only.

Imports translating and all rooms below it.

Wagtail's page permissions suffice for pages: they hold below a page, and each language has a tree
of its own. Snippets of all languages share a table; a group's permissions on them hold in the
languages of its :class:`~..models.Role`.
"""
