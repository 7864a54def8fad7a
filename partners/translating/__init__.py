"""Translating in the admin, on top of wagtail-localize: drafts, reviews, cascades, runs, machines.

Imports models, search, items, public, words and conf.
"""
