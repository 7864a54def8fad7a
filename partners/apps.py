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
        from .care import link_check, lost_targets, unfinished
        from .desk import source_changes
        from .files import saving
        from .models import page_chooser, written_dates
        from .public import references
        from .roles import registration
        from .search import upkeep
        from .translating import grades, signal_handlers
        from .words import interface

        collation.connect()
        saving.connect()
        references.connect()
        interface.connect()
        written_dates.register()
        page_chooser.register()
        source_changes.connect()
        upkeep.connect()
        registration.connect()
        signal_handlers.connect()
        grades.connect()
        link_check.connect()
        lost_targets.connect()
        unfinished.connect()
