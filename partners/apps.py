from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """The plugin: ``kis_partners`` in its wheel, ``partners`` in this repository."""

    name = __name__.rpartition(".")[0]
    label = "kis_partners"
    verbose_name = _("Cooperations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: F401
        from .api import collation
        from .desk import source_changes
        from .roles import registration
        from .search import upkeep
        from .translating import signal_handlers
        from .words import interface

        collation.connect()
        interface.connect()
        source_changes.connect()
        upkeep.connect()
        registration.connect()
        signal_handlers.connect()
