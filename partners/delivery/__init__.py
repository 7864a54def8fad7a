"""The shelf of published items: one row per page that is or was public.

``triggers`` note in the database what a change touches, in the transaction of the change.
``settle`` turns what has been touched into rows with a number, one settlement after the other,
before anything is read. ``views`` answers listings, details and the feed from the rows, ``cache``
whole answers by their number.
"""
