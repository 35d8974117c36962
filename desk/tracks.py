"""A department's part written out as text: its way, its clock, what it asked for and what it answered."""

from __future__ import annotations

from datetime import datetime
from html import escape

from django.template.defaultfilters import yesno
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk.colours import colour
from desk.dossier import Part
from desk.moments import due, moment
from desk.texts import badge, text
from desk.words import words
from referrals.models import Answer, Extension, Referral, ReturnRequest, Role
from referrals.models import Status as ReferralStatus
from staff.now import now
from workorders.models import Step
from workorders.models.choices import Outcome, ReturnReason


def written(part: Part) -> SafeString:
    """The part as its card has it."""
    referral, at = part.referral, now()
    told = [
        f'<div class="part part-{referral.status}">',
        *_head(part),
        '<ol class="track">',
        *_way(referral, at),
        "</ol>",
    ]
    if referral.is_live:
        told.append(_bar(part.passed))
    if referral.instructions:
        told.append(text(referral.instructions, public=False))
    told += [_return(request) for request in referral.return_requests.all()]
    told += [_extension(request, at) for request in referral.extensions.all()]
    told += [_answer(answer, at) for answer in part.answers]
    return SafeString("\n".join([*told, "</div>"]))


def _head(part: Part) -> list[str]:
    referral = part.referral
    told = [
        '<div class="part-head">',
        badge("primary" if referral.role == Role.LEAD else "secondary", escape(words(Role).get(referral.role, ""))),
        f"<b>{escape(str(referral.department))}</b>",
        badge(colour(referral.status), escape(words(ReferralStatus).get(referral.status, ""))),
    ]
    if referral.designated:
        told.append(badge("orange", escape(_("designated"))))
    if referral.is_rework:
        told.append(badge("orange", escape(_("rework"))))
    if part.is_waiting:
        pause = '<i class="ti ti-player-pause" aria-hidden="true"></i>'
        told.append(f'<span class="due due-wait">{pause} {escape(_("waiting for a ruling"))}</span>')
    return [*told, "</div>"]


def _way(referral: Referral, at: datetime) -> list[str]:
    """From sending to answering, each step with its moment, or with its due time as long as it is open."""
    way = [
        _stop(pgettext("referral", "sent"), referral.sent_at, None, at),
        _stop(_("accepted"), referral.accepted_at, referral.sign_step, at),
    ]
    if referral.contact_step is not None:
        way.append(_stop(_("first contact"), referral.contacted_at, referral.contact_step, at))
    step, answered = referral.answer_step, referral.answered_at
    clock = ""
    if step.is_open:
        clock = str(due(step.due_at, at, why=step.why))
    elif answered:
        clock = str(due(step.due_at, at, answered))
    return [*way, _passed(_("answer"), bool(answered), clock)]


def _stop(name: str, done: datetime | None, step: Step | None, at: datetime) -> str:
    if done:
        return _passed(name, True, f"<small>{moment(done, at)}</small>")
    return _passed(name, False, str(due(step.due_at, at, why=step.why)) if step is not None and step.is_open else "")


def _passed(name: str, done: bool, clock: str) -> str:
    begun = '<li class="is-done">' if done else "<li>"
    return f"{begun}\n{escape(name)}\n{clock}\n</li>"


def _bar(passed: int) -> str:
    kind = "late" if passed >= 100 else "soon" if passed >= 80 else "fine"
    words = escape(_("%(n)s %% of the time to answer has passed") % {"n": passed})
    rect = f'<rect class="bar-{kind}" width="{passed}%" height="100%"/>'
    return f'<svg class="bar" role="img" aria-label="{words}">{rect}</svg>'


def _return(request: ReturnRequest) -> str:
    reason = words(ReturnReason).get(request.reason, "")
    asked = f"{_('Return asked for')}{_(': ')}{reason} — {request.basis}"
    ruled = ""
    if request.ruled_at:
        ruled = f"→ <b>{escape(str(yesno(request.granted, _('upheld,refused'))))}</b> {escape(request.ruling)}"
    return _ruling("corner-up-left", asked, ruled)


def _extension(request: Extension, at: datetime) -> str:
    asked = f"{_('%(days)s more working days asked for') % {'days': request.days}}{_(': ')}{request.reason}"
    ruled = ""
    if request.ruled_at:
        until = moment(request.due_after, at) if request.due_after else ""
        ruled = f"→ <b>{escape(str(yesno(request.granted, _('granted,refused'))))}</b> {until} {escape(request.ruling)}"
    return _ruling("hourglass", asked, ruled)


def _ruling(icon: str, asked: str, ruled: str) -> str:
    sign = f'<i class="ti ti-{icon}" aria-hidden="true"></i>'
    return f'<p class="ruling">\n{sign}\n{escape(asked)}\n{ruled}\n</p>'


def _answer(answer: Answer, at: datetime) -> str:
    """`giver` comes with the answer (`desk.dossier`)."""
    giver = escape(vars(answer)["giver"])
    told = [
        '<div class="answer">',
        "<p>",
        f"<b>{escape(words(Outcome).get(answer.outcome, ''))}</b>"
        f" <small>{giver} · {moment(answer.given_at, at)}</small>",
    ]
    if answer.passed is False:
        told.append(f"{badge('orange', escape(_('sent back')))} {escape(answer.review)}")
    told += ["</p>", text(answer.public_reply, public=True)]
    if answer.internal_note:
        told.append(text(answer.internal_note, public=False))
    return "\n".join([*told, "</div>"])
