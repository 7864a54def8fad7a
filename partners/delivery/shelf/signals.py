"""What the shelf tells those who act on changes."""

from django.dispatch import Signal

#: Sent in the transaction of a settlement that has given a new number to what is public.
settled = Signal()
