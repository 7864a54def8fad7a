"""Uploaded files: names that say nothing, and what they carry besides their content taken out.

Stands on ``conf`` alone.
"""
