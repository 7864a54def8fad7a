"""Faults that users of comparable systems have reported in public, each with what happens here.

A docstring gives the report, the symptom in other words than the report's, and the verdict:
*holds*, where the fault can't happen; *mended*, where it did; *differs*, where something else is
right here.
"""
