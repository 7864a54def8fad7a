"""Findings about content that may be out of date, the link check, and reminders by mail.

Imports po, roles, translating and all rooms below them, but neither content nor site.
"""
