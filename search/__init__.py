"""The site's search page, on top of the plugin's search.

Imports partners, but neither home, signin nor kis_wagtail.
"""
