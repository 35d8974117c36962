"""Three days of the small city: an order in every status, so that every page has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from callbacks import actions as callbacks
from callbacks.models import Attempt
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions, clock
from workorders.models import WorkOrder

TUESDAY = MORNING + timedelta(days=1)
NOW = MORNING + timedelta(days=2, minutes=30)  # Wednesday, 10:30


@dataclass(frozen=True)
class World:
    """The city and its orders, each under the name of what is the matter with it."""

    city: City
    orders: dict[str, WorkOrder]

    def url(self, name: str) -> str:
        return self.orders[name].get_absolute_url()

    def part(self, name: str) -> Referral:
        """The order's latest referral to a lead."""
        return self.orders[name].referrals.filter(role="lead").latest("id")


def settle(city: City) -> World:
    """Let the city live from Monday to Wednesday morning."""
    with pretend(MORNING):
        orders = _monday(city)
    with pretend(TUESDAY):
        _tuesday(city, orders)
    with pretend(NOW - timedelta(minutes=20)):
        orders |= _wednesday(city)
    with pretend(NOW):
        clock.sweep(NOW)
    return World(city, {name: WorkOrder.objects.get(pk=order.pk) for name, order in orders.items()})


def _monday(city: City) -> dict[str, WorkOrder]:
    orders = {
        "sent": city.register(
            title="幸福里小区3号楼消防通道长期堆放建筑垃圾和旧家具，多次反映无人清理，影响全楼居民出入安全",
            content="幸福里小区3号楼一楼消防通道自9月起堆放建筑垃圾、旧家具和电动车，物业多次承诺清理但一直没有行动。"
            "楼内有多位八十岁以上的老人，万一发生火情无法疏散。居民已向物业和社区反映五次，均答复正在协调。"
            "希望有关部门到现场查看，督促物业限期清理，并明确今后由谁负责日常巡查。",
            wants="限期清理消防通道，并告知今后的管理单位",
            kind="complaint",
            urgency="urgent",
            address="幸福里小区3号楼一楼通道",
            caller_name="刘桂芳",
            caller_phone="13987654321",
        ),
        "accepted": city.register(),
        "extended": city.register(title="花园路路面塌陷", content="花园路36号门口路面塌陷一个坑，晚上看不见。"),
        "answered": city.register(title="小区停水没有通知", content="星期一早上突然停水，事先没有任何通知。"),
        "awaiting": city.register(title="水费账单重复扣款", content="本月水费扣了两次，每次86元。", kind="question"),
        "deciding": city.register(title="路灯连续三天不亮", content="花园路东段路灯连续三天不亮，夜里很黑。"),
        "rework": city.register(title="井盖松动有异响", content="车辆经过时井盖响声很大，夜间影响休息。"),
        "closed": city.register(title="水压太低", content="六楼晚上几乎没有水。"),
        "returned": city.register(
            title="路口违停堵塞消防车通道", category=city.parking, content="路口每天有车违停，消防车进不来。"
        ),
        "delegated": city.register(title="水表损坏", content="水表不转了，担心以后按估算收费。"),
        "shelved": city.register(title="希望增设自来水直饮点", content="公园里没有饮水点。", kind="suggestion"),
        "report": city.register(title="举报私接供水管道", content="有人私接供水管道经营洗车。", kind="report"),
    }
    for name, order in orders.items():
        lead = city.traffic if name == "returned" else city.water
        support = [city.traffic] if name == "accepted" else []
        part = referrals.refer(
            order, by=city.wang, lead=lead, supporting=support, instructions="请先联系市民再到现场。"
        )
        if name not in ("sent", "returned", "report"):
            referrals.accept(part, by=city.zhao)
        if name in ("answered", "awaiting", "deciding", "rework", "closed", "extended", "accepted"):
            referrals.record_contact(part, by=city.zhao, note="已电话联系市民，约定下午到现场。")
        if name == "delegated":
            referrals.delegate(part, by=city.li, department=city.water_east, instructions="请今天上门更换。")
        if name == "returned":
            referrals.request_return(
                part, by=city.qian, reason="not_our_duty", basis="该路段为小区内部道路，由物业管理。"
            )
        if name == "extended":
            referrals.request_extension(part, by=city.zhao, days=3, reason="需要开挖检查管道，等待占路许可。")
    with_spot = city.register(title="咨询水费缴纳网点", content="问附近哪里可以交水费。", kind="question")
    actions.answer_on_the_spot(with_spot, by=city.lin, reply="花园街道便民服务中心一楼可以缴费。")
    declined = city.register(title="法院判决不服", content="对法院判决不服，要求重新处理。", kind="complaint")
    actions.decline(declined, by=city.lin, reason="proceedings", explanation="已告知可以依法申请再审。")
    withdrawn = city.register(title="门口有积水", content="门口积水，后来自己退了。")
    actions_withdrawn = referrals.withdraw(withdrawn, by=city.lin, reason="市民来电说已经好了。")
    return {**orders, "on_the_spot": with_spot, "declined": declined, "withdrawn": actions_withdrawn}


def _tuesday(city: City, orders: dict[str, WorkOrder]) -> None:
    for name in ("answered", "awaiting", "deciding", "rework", "closed"):
        part = referrals.answer(
            orders[name].referrals.latest("id"),
            by=city.zhao,
            outcome="solved",
            public_reply="您好，我单位工作人员已到现场处理完毕，恢复正常。如仍有问题请拨打12345。",
            internal_note="抢修班组于上午完成，材料费走年度维修预算。",
        )
        if name != "answered":
            referrals.pass_answer(part, by=city.he, comment="答复清楚。")
    shelved = orders["shelved"]
    referrals.shelve(
        shelved, by=city.chen, reason="纳入明年建设计划。", review_on=date(2027, 3, 1), public="已列入明年计划。"
    )
    with pretend(TUESDAY + timedelta(hours=5)):
        callbacks.record_attempt(orders["awaiting"], by=city.tang, result=Attempt.Result.NO_ANSWER, note="无人接听")
        for name in ("deciding", "rework"):
            callbacks.record_result(
                orders[name],
                by=city.tang,
                contacted=True,
                resolution="not_solved",
                satisfaction=2,
                why_not="not_solved",
                opinion="来看过一次就走了，晚上还是老样子。",
            )
        callbacks.record_result(orders["closed"], by=city.tang, contacted=True, resolution="solved", satisfaction=5)
        callbacks.rework(orders["rework"], by=city.chen, instructions="请夜间到现场复核并更换井盖。")
        actions.chase(orders["sent"], by=city.lin, words="市民第二次来电，问什么时候有人来。")
        actions.supervise(orders["sent"], by=city.chen, reason="涉及消防安全。")


def _wednesday(city: City) -> dict[str, WorkOrder]:
    registered = city.register(
        title="花园路12号水管又漏水", content="前几天修过的水管今天早上又漏水了，比上次还大。", urgency="urgent"
    )
    confidential = city.register(title="反映停车场乱收费", category=city.parking, kind="complaint", confidential=True)
    merged = city.register(title="花园路漏水", content="花园路12号漏水，已经流到马路上。", caller_phone="13700001111")
    merged = actions.merge(merged, by=city.wang, into=registered)
    anonymous = city.register(
        title="夜间施工噪声", content="凌晨还在施工。", caller_name="", caller_phone="", area=None
    )
    return {"registered": registered, "confidential": confidential, "merged": merged, "anonymous": anonymous}
