"""Taking the plugin out of a site: what would go, and removing it.

Imports models, public, words and conf.
"""
