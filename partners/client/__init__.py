"""A copy of another site's published pages, kept in step by its feed of changes.

    from kis_wagtail_client import Mirror

    with Mirror("https://www.example.org/api/v2/", "copy.sqlite3", locales=["sk"]) as mirror:
        mirror.sync()
        for item in mirror.items():
            print(item.data["title"])

Imports ``requests``, and nothing of Django, Wagtail or the rest of the plugin: it is also a
distribution of its own. A site with the plugin has it as ``kis_partners.client``.
"""

from .http import Refused, Unreachable
from .mirror import Differences, Item, Mirror, Synced

__all__ = ["Differences", "Item", "Mirror", "Refused", "Synced", "Unreachable"]
