"""System checks of the delivery."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from .models import Note
from .notes import triggers


@register(Tags.database)
def check_triggers(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of tables whose changes the shelf doesn't learn of, for lack of triggers."""
    if "default" not in (databases or []):
        return []
    try:
        tables = connections["default"].introspection.table_names()
        lacking = triggers.missing() if Note._meta.db_table in tables else []
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
