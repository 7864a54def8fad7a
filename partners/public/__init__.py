"""Public pages and files, states of translations, addresses: every output asks here.

Imports words and conf.
"""
