"""Who may see what, and how far a translation is: every output asks here.

Imports words and conf.
"""
