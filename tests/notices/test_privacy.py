"""Who called stands in no notice, no letter, no message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from callbacks import actions as callbacks
from notices.delivery import deliver
from notices.models import Notice
from notices.rules import RULES
from referrals import actions as referrals
from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions, clock, telling
from workorders.models import WorkOrder

CALLER = ("王小明", "13812340271", "花园路12号", "漏水")


@pytest.mark.django_db
def test_a_notice_names_the_order_and_the_unit_never_the_citizen(city: City) -> None:
    User.objects.update(email="somebody@city.example")
    with pretend(MORNING):
        part = referrals.refer(city.register(confidential=True), by=city.wang, lead=city.water)
        part = referrals.accept(part, by=city.zhao)
        order = actions.supervise(part.order, by=city.chen, reason="王小明来电反映")
        actions.chase(order, by=city.lin, words="王小明再次来电 13812340271")
        referrals.request_extension(part, by=city.zhao, days=2, reason="联系王小明未果")
        referrals.refuse_extension(part, by=city.wang, ruling="请当面联系王小明")
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="花园路12号不归我司")
        referrals.refuse_return(part, by=city.wang, ruling="花园路12号由你司负责")
        answered = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="王小明您好，漏水已修复")
        referrals.send_back(answered, by=city.he, comment="请写明漏水原因")
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="漏水已修复")
        referrals.pass_answer(answered, by=city.he)
        callbacks.record_result(
            WorkOrder.objects.get(pk=order.pk),
            by=city.tang,
            contacted=True,
            resolution="not_solved",
            satisfaction=1,
            why_not="not_solved",
        )
        callbacks.rework(WorkOrder.objects.get(pk=order.pk), by=city.chen, instructions="请再找王小明")
    later = MORNING + timedelta(days=14)
    with pretend(later):
        clock.sweep(later)
        telling.tell_reminders()
        deliver(later + timedelta(days=1))
    assert set(Notice.objects.values_list("rule", flat=True)) >= {
        "supervised",
        "referred",
        "chased",
        "red",
        "sent_back",
    }
    assert set(Notice.objects.values_list("rule", flat=True)) <= set(RULES)
    said = [f"{notice.key} {notice.case} {notice.data}" for notice in Notice.objects.all()]
    said += [f"{letter.subject} {letter.body}" for letter in mail.outbox]
    assert len(mail.outbox) >= 3
    assert not [text for text in said for secret in CALLER if secret in text]
