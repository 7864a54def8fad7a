"""Keeping content true: what may no longer hold, and telling those who can put it right."""
