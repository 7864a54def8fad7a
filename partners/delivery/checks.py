"""System checks of the shelf."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from .models import Touch
from .notes import triggers


@register(Tags.database)
def check_triggers(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Without its triggers, the shelf doesn't learn of changes."""
    if "default" not in (databases or []):
        return []
    try:
        tables = connections["default"].introspection.table_names()
        lacking = triggers.missing() if Touch._meta.db_table in tables else []
    except DatabaseError:
        return []
    if not lacking:
        return []
    return [
        Warning(
            f"Changes of {', '.join(lacking)} don't reach the shelf of published items.",
            hint="Run manage.py reconcile, which puts the triggers in place.",
            id="kis_delivery.W001",
        )
    ]
