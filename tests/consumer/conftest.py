"""A source to read from: the demo site in a process of its own."""

from tests.e2e.conftest import demo_folder, server

__all__ = ["demo_folder", "server"]
