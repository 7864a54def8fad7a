"""A page as plain values: references, blocks, rich text, shapes, JSON Schema, JSON-LD.

Imports public and words.
"""
