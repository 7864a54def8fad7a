"""Embedding of the list of cooperations in other sites, the drawing of the network, and files.

Imports models, items, public, files, words and conf.
"""
