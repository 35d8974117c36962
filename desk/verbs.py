"""The timeline's entries in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from callbacks.models import Attempt, Resolution, Satisfaction
from desk.moments import moment_text
from staff.explain import day_words, listed
from workorders.models import Event, WorkOrder
from workorders.models.choices import DeclineReason, Outcome, ReturnReason, StepKind

# fmt: off
WORDS: dict[str, tuple[str, str | Promise]] = {
    "workorder.registered":           ("headset",        _("Registered")),
    "workorder.imported":             ("file-import",    _("Taken over from elsewhere")),
    "workorder.amended":              ("pencil",         _("Amended: %(fields)s")),
    "workorder.noted":                ("note",           _("Note")),
    "workorder.attached":             ("paperclip",      _("File added")),
    "workorder.detached":             ("paperclip",      _("File removed")),
    "workorder.answered_on_the_spot": ("message-check",  _("Answered on the spot")),
    "workorder.declined":             ("ban",            _("Declined: %(reason)s")),
    "workorder.marked_invalid":       ("trash",          _("Marked invalid")),
    "workorder.merged":               ("git-merge",      _("Merged into %(into)s")),
    "workorder.joined":               ("git-merge",      _("%(number)s was merged into this order")),
    "workorder.unmerged":             ("git-branch",     _("Unmerged from %(into)s")),
    "workorder.left":                 ("git-branch",     _("%(number)s was unmerged from this order")),
    "workorder.answered_with":        ("message-check",  _("Answered together with %(into)s")),
    "workorder.taken":                ("user-check",     _("Taken")),
    "workorder.released":             ("user-minus",     _("Put back")),
    "workorder.chased":               ("bell-ringing",   _("The citizen asks again")),
    "workorder.revealed":             ("eye",            _("Looked at who called")),
    "workorder.supervised":           ("eye-check",      _("Put under supervision")),
    "workorder.lifted":               ("eye-off",        _("Supervision lifted")),
    "workorder.shelved":              ("archive",        _("Shelved until %(review_on)s")),
    "workorder.resumed":              ("archive-off",    _("Off the shelf, back at dispatch")),
    "workorder.closed":               ("circle-check",   _("Closed")),
    "workorder.preserved":            ("shield-lock",    _("Preserved beyond the time records are kept")),
    "workorder.preserved_no_longer":  ("shield-off",     _("Preserved no longer")),
    "workorder.anonymised":           ("user-off",       _("Time was over: the caller's data were erased")),
    "workorder.blanked":              ("eraser",         _("Time was over: the texts were erased")),
    "workorder.reopened":             ("rotate",         _("Reopened")),
    "workorder.withdrawn":            ("arrow-back-up",  _("Withdrawn by the citizen")),
    "workorder.referred":             ("send",           _("Referred to %(lead)s%(support)s")),
    "workorder.designated":           ("target-arrow",   _("Designated: %(lead)s%(support)s")),
    "workorder.reworked":             ("refresh",        _("Sent for rework to %(lead)s")),
    "workorder.supporting_added":     ("users-plus",     _("Supporting unit added: %(names)s")),
    "workorder.recalled":             ("arrow-back",     _("Recalled from the departments")),
    "workorder.rescheduled":          ("calendar-event", _("Due time worked out anew: %(due)s")),
    "referral.accepted":              ("inbox",          _("%(unit)s accepted")),
    "referral.contacted":             ("phone",          _("%(unit)s spoke to the citizen")),
    "referral.delegated":             ("sitemap",        _("%(unit)s delegated to %(to)s")),
    "referral.taken_back":            ("arrow-back",     _("%(unit)s took it back from the sub-unit")),
    "referral.answered":              ("message",        _("%(unit)s answered: %(outcome)s")),
    "referral.return_requested":      ("corner-up-left", _("%(unit)s asks to return it: %(reason)s")),
    "referral.return_upheld":         ("check",          _("Return upheld: %(unit)s")),
    "referral.return_refused":        ("x",              _("Return refused: %(unit)s")),
    "referral.extension_requested":   ("hourglass",      _("%(unit)s asks for %(days)s more working days")),
    "referral.extension_granted":     ("hourglass",      _("%(days)s more working days granted, due %(due)s")),
    "referral.extension_refused":     ("x",              _("More time refused: %(unit)s")),
    "referral.passed":                ("circle-check",   _("Answer passed review")),
    "referral.sent_back":             ("arrow-back-up",  _("Answer sent back to %(unit)s")),
    "callback.attempted":             ("phone-off",      _("Not reached, try %(attempt)s: %(result)s")),
    "callback.unreachable":           ("phone-off",      _("Not reached after every try, closed")),
    "callback.completed":             ("phone-check",    _("Called back: %(resolution)s, %(satisfaction)s")),
    "callback.closed_as_explained":   ("circle-check",   _("Closed as explained")),
    "callback.excluded":              ("circle-minus",   _("Closed as beyond duty or unreasonable")),
    "clock.due_soon":                 ("clock",          _("Reminder: %(step)s due %(due)s")),
    "clock.yellow":                   ("triangle",       _("Yellow card: %(step)s due %(due)s")),
    "clock.red":                      ("square",         _("Red card: %(step)s was due %(due)s")),
    "clock.supervision":              ("eye-check",      _("Nobody acted, handed to a supervisor: %(step)s was due %(due)s")),
}
# fmt: on
CHOICES: dict[str, dict[Any, Any]] = {
    "step": dict(StepKind.choices),
    "outcome": dict(Outcome.choices),
    "resolution": dict(Resolution.choices),
    "satisfaction": dict(Satisfaction.choices),
    "result": dict(Attempt.Result.choices),
    "reason": {**dict(ReturnReason.choices), **dict(DeclineReason.choices)},
}


def icon(event: Event) -> str:
    return WORDS.get(event.verb, ("point", ""))[0]


def sentence(event: Event) -> str:
    """One line in the reader's language; a verb not in the table is shown as it is."""
    if event.verb not in WORDS:
        return event.verb
    if event.verb == "clock.supervision" and event.data.get("step") == StepKind.SUPERVISE:
        return _t("Still under supervision, supervisors were reminded: it was due %(due)s") % _Data(event.data)
    return str(WORDS[event.verb][1]) % _Data(event.data)


class _Data(dict[str, Any]):
    """An entry's data as the sentences want it: choices by their labels, times in words, nothing missing."""

    def __missing__(self, key: str) -> str:
        return ""

    def __getitem__(self, key: str) -> Any:
        if key == "names":
            return listed(self.get("supporting", []))
        if key == "support":
            return _t(", supported by %(names)s") % self if self.get("supporting") else ""
        if key == "fields":
            return listed(_label(name) for name in self.get("after", {}))
        value = super().__getitem__(key)
        if key == "due":
            return moment_text(value)
        if key == "review_on":
            return day_words(date.fromisoformat(value))
        return CHOICES.get(key, {}).get(value, value)


def _label(name: str) -> str:
    return str(WorkOrder._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # amendable fields have one
