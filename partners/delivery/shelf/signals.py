"""Signals of the shelf, for what acts on changes."""

from django.dispatch import Signal

#: Sent by a settlement, inside its transaction, when it has given the public content a new number.
settled = Signal()
