"""The foreign site with a kind whose declarations are wrong."""

from settings import *  # noqa: F403
from settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "broken"]
