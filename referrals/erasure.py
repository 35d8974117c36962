"""Which words of parts go with the texts of their order."""

from referrals.models import Answer, Extension, Referral, ReturnRequest
from workorders.erasure import TEXTS, Texts

TEXTS.update(
    {
        Referral: Texts("order", ("instructions",)),
        Answer: Texts("referral__order", ("public_reply", "internal_note", "review")),
        ReturnRequest: Texts("referral__order", ("basis", "ruling")),
        Extension: Texts("referral__order", ("reason", "ruling")),
    }
)
