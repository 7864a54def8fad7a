"""Search for words in any of their forms: text to keys, keys in the index, queries of keys.

Imports public, words and conf; ``analysis`` only words. ``analysis`` makes keys, ``index`` gives
them to Wagtail's index, ``query`` makes queries, ``backend`` is for ``WAGTAILSEARCH_BACKENDS``.
"""
