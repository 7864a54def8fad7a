"""Notes of what has changed: triggers write them, and they lead to pages. Imports models."""
