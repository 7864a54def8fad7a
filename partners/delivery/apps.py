from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """The app ``kis_partners.delivery``; a site may install the plugin without it."""

    name = __name__.rpartition(".")[0]
    label = "kis_delivery"
    verbose_name = _("Delivery")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, forgetting, purge  # noqa: F401
        from .notes import triggers

        triggers.connect()
        purge.connect()
        forgetting.connect()
