from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """The app ``kis_partners.webhooks``; it needs the delivery."""

    name = __name__.rpartition(".")[0]
    label = "kis_webhooks"
    verbose_name = _("Webhooks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, forgetting, start  # noqa: F401

        start.connect()
        forgetting.connect()
