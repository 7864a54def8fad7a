"""The reference site as an app: its words, templates and checks."""

from django.apps import AppConfig


class KisConfig(AppConfig):
    name = "kis_wagtail"

    def ready(self) -> None:
        from kis_wagtail import checks  # noqa: F401
