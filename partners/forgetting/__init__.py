"""Forgetting a person: the name leaves all tables, files and caches; what was done is a receipt.

``subject`` says whom and what is looked for, ``places`` where names are and what may be done there,
``texts`` and ``files`` mend, ``forget`` puts it together. Imports roles, search, models and all
rooms below them.
"""
