import pytest


@pytest.fixture(autouse=True)
def saves_are_not_indexed(unindexed):
    """No test in this folder searches for words that it has saved."""
