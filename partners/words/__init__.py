"""What the code knows of words: dates, countries, slugs, languages; pure.

Imports no models and nothing of Wagtail.
"""
