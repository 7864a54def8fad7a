from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MirrorConfig(AppConfig):
    """Installed as ``kis_partners.mirror``; optional beside the plugin itself."""

    name = __name__.rpartition(".")[0]
    label = "kis_mirror"
    verbose_name = _("Pages of other sites")
    default_auto_field = "django.db.models.BigAutoField"
