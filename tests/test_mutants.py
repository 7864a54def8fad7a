"""The list of faults that ``make mutants`` doesn't try is one of faults that there are."""

from __future__ import annotations

from tests.mutants.__main__ import MODULES, all_mutants, explained


def test_each_fault_that_is_explained_can_be_made():
    assert explained() - {one.title for one in all_mutants(MODULES)} == set()
