"""The shelf of published items: one row for each page that is or was public on a site.

``notes``: triggers write down in the database what a change concerns, in its transaction.
``shelf``: settlements turn notes into numbered rows, one after the other, before rows are read.
``answers``: listings, details and feeds from rows, and whole answers kept by version.
``purge`` tells HTTP caches what has changed, ``reconcile`` repairs the shelf. Imports ``api``,
``items``, ``public`` and ``models`` of the plugin, which import nothing of it.
"""
