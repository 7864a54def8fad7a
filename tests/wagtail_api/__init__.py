"""Wagtail's own tests of its API, from the installed wheel, against our viewsets."""
