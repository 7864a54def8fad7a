"""Publish and unpublish what is due: Wagtail's command, but one item never stops the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from wagtail.management.commands.publish_scheduled import Command as PublishScheduled
from wagtail.models import DraftStateMixin, Page, Revision

from ..progress import Progress

logger = logging.getLogger(__name__)


class Command(PublishScheduled):
    help = "Publish and unpublish what is due. What fails is named, and is due again next time."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        failed = []
        progress = Progress(self, options["verbosity"], "items")
        for name, act in progress.each(list(self.due())):
            try:
                with transaction.atomic():
                    act()
            except Exception:
                # Any: a page type of a site may fail in any way.
                logger.exception("Not done: %s", name)
                failed.append(name)
        if failed:
            raise CommandError("Not done: " + ", ".join(failed))

    def due(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """What is to be done, with a name for each: expired items first, then versions."""
        now = timezone.now()
        models = [
            model
            for model in apps.get_models()
            if issubclass(model, DraftStateMixin) and (model is Page or not issubclass(model, Page))
        ]
        for model in models:
            expired: Any = model._default_manager.filter(live=True, expire_at__lt=now)
            for item in list(expired.order_by("expire_at")):
                act = partial(
                    item.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled"
                )
                yield f"unpublishing {item._meta.label} {item.pk}", act
        versions = Revision.objects.filter(approved_go_live_at__lt=now)
        for version in list(versions.order_by("approved_go_live_at")):
            of: Any = version.content_type.model_class()
            act = partial(version.publish, log_action="wagtail.publish.scheduled")
            yield f"publishing {of._meta.label} {version.object_id}", act
