"""Search that finds Slovak, Latvian, German and English words in any form.

``analysis`` turns text into keys, ``index`` puts them into Wagtail's index, ``query`` asks it, and
``backend`` is what ``WAGTAILSEARCH_BACKENDS`` names, so that the admin finds the same way.
"""
