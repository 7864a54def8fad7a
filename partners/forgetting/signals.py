"""Signals of this room."""

from django.dispatch import Signal

#: Sent when a person is forgotten and the transaction has committed: whatever is kept of public
#: content elsewhere, such as answers in a cache, is to be given up.
forgotten = Signal()
