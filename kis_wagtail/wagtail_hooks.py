"""Wagtail hooks of the site."""
