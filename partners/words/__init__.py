"""Dates, countries, slugs, order and interface words in the languages of readers; pure.

Imports no other room, no models and nothing of Wagtail.
"""
