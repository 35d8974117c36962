from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallbacksConfig(AppConfig):
    name = "callbacks"
    verbose_name = _("Callbacks")

    def ready(self) -> None:
        from callbacks import actions, erasure, moves  # noqa: F401  enter what they have beside the law's moves
        from workorders.actions import AT_CLOSING

        if actions.give_up not in AT_CLOSING:
            AT_CLOSING.append(actions.give_up)
