"""System checks: faults in the settings of a site with the plugin, each with its remedy.

``docs/checks.md`` lists them by their ids.
"""

from .installation import (
    check_collations,
    check_cors,
    check_installation,
    check_kinds,
    check_languages,
    check_left_triggers,
    check_media,
    check_roles,
    check_search_backend,
    check_search_index,
)
from .setting import check_setting
from .surroundings import (
    check_address_of_api,
    check_content_languages,
    check_embed,
    check_middleware,
    check_models,
    check_order_of_apps,
)

__all__ = [
    "check_address_of_api",
    "check_collations",
    "check_content_languages",
    "check_cors",
    "check_embed",
    "check_installation",
    "check_kinds",
    "check_languages",
    "check_left_triggers",
    "check_media",
    "check_middleware",
    "check_models",
    "check_order_of_apps",
    "check_roles",
    "check_search_backend",
    "check_search_index",
    "check_setting",
]
