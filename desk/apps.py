from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from desk import exported, retention  # noqa: F401  the latter enters its rule
        from desk.models import Draft
        from desk.verbs import sentence
        from workorders.rotation import SEALED
        from workorders.words import SPEAKERS

        SPEAKERS.append(sentence)
        SEALED[Draft] = ("body",)
        exported.enter()
