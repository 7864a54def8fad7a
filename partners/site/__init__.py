"""Embedding of the list of cooperations in other sites, and the drawing of the network.

Imports models, items, public, words and conf.
"""
