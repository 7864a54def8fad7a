"""Signals of the answers."""

from django.dispatch import Signal

#: Sent after each request that may have changed content: any but GET, HEAD and OPTIONS.
written = Signal()
