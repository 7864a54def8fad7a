"""What the code knows of words: dates, countries, slugs, languages. Pure: imports no models, nothing of Wagtail..

Imports
"""
