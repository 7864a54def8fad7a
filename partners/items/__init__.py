"""Pages as plain values: relations, facts, references, blocks, rich text, schemas, JSON-LD.

Imports public, words and conf.
"""
