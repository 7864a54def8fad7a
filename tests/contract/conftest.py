"""A consumer's side of the contract: programs that know nothing but the API's own document."""

from tests.e2e.conftest import ask, demo_folder, server

__all__ = ["ask", "demo_folder", "server"]
