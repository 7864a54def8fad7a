"""Embedding in other sites, the drawing of the network, files, languages in addresses, probes for
those who run the site, and discreet logs.

Imports models, items, public, files, words and conf.
"""
