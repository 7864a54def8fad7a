"""Signing in to the site's admin, with django-allauth: second factors, limits, sessions.

Imports nothing else of this project.
"""
