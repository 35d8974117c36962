from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        from oversight import retention  # noqa: F401  enters its rule
