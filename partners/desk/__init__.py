"""Screens for those who keep the content true: what is translated, what waits, what is old."""
