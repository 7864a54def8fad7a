"""The site's own pages: home and standard pages, exit control, emergency numbers.

Imports partners, but neither search, signin nor kis_wagtail.
"""
