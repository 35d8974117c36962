"""Which words of callbacks go with the texts of their order."""

from callbacks.models import Attempt, Callback
from workorders.erasure import TEXTS, Texts

TEXTS.update(
    {
        Callback: Texts("order", ("opinion", "verdict_reason")),
        Attempt: Texts("callback__order", ("note",)),
    }
)
