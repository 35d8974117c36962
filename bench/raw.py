"""The raw limit: pgbench writing the rows a registration writes, in one transaction, and nothing else.

The statements are not thought up: one registration is watched, what it writes is taken over, and only what must differ
from one order to the next (its number, the ids rows get on the way) is put in anew.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection, transaction

from bench.run import Run
from staff.models import User
from workorders.actions import Appeal, register
from workorders.models import Category

WRITES = ("WITH", "INSERT", "UPDATE", "DELETE")
NUMBERED = "'B' || nextval('bench_number')"


def appeal(nth: int) -> Appeal:
    """An appeal as long as appeals are: some two hundred characters."""
    return Appeal(
        category=Category.objects.filter(is_active=True, children=None).order_by("pk")[nth % 40],
        title=f"松涛路{nth % 977}号门前路灯不亮",
        content=CONTENT.format(nth=nth % 977),
        address=f"松涛路{nth % 977}号",
        wants="请尽快安排修复，并电话告知处理结果",
        caller_name="王女士",
        caller_phone=f"138{nth % 100_000_000:08d}",
    )


CONTENT = (
    "市民来电反映：松涛路{nth}号至路口一段，路灯已经连续一周不亮，晚上八点以后整条路一片漆黑，附近有一所小学和一个菜市场，"
    "老人和孩子出行很不方便，前天晚上还有一位骑电动车的邻居因为看不清路面的坑洼摔倒受伤。市民此前向物业反映过，物业答复说路灯归市政管理，"
    "不在小区范围之内，让市民自己打热线。希望有关单位尽快派人到现场查看，修复损坏的路灯，并把路面的坑洼一并填平，处理结果请电话告知。"
)


def script() -> str:
    """The pgbench script of one registration."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"].cursor
        seen.append(cursor.mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    by = User.objects.get(username="lin")
    with transaction.atomic(), connection.execute_wrapper(watch):
        order = register(appeal(412), by=by)
        step = order.steps.get()
        transaction.set_rollback(True)
    writes = [_anew(sql, order, step) for sql in seen if sql.startswith(WRITES)]
    return "\n".join(["BEGIN;", *(f"{sql};" for sql in writes), "COMMIT;"]) + "\n"


def _anew(sql: str, order: Any, step: Any) -> str:
    """The statement for any order: its own number, and the ids the rows before it were given."""
    sql = sql.replace(f"'{order.number}'", NUMBERED)
    sql = re.sub(rf"\b{order.pk}\b", "currval('workorders_workorder_id_seq')", sql)
    sql = re.sub(rf"\b{step.pk}\b", "currval('workorders_step_id_seq')", sql)
    return sql.replace("\n", " ")


def a_second(run: Run, *, clients: int, seconds: int) -> float:
    """Such transactions a second, by so many connections."""
    run.postgres("psql", "-qc", "CREATE SEQUENCE IF NOT EXISTS bench_number")
    path = run.ground.folder / "registration.sql"
    path.write_text(script(), encoding="utf-8")
    said = run.postgres(
        "pgbench", "-n", "-f", str(path), "-c", str(clients), "-j", "1", "-T", str(seconds), run.database
    )
    _forget()
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise RuntimeError(f"pgbench says nothing of its speed: {said[-500:]}")
    return float(found[1])


def _forget() -> None:
    """What pgbench wrote are rows, not orders; nobody can delete a timeline but with the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT array_agg(id) FROM workorders_workorder WHERE number LIKE 'B%'")
        (ids,) = cursor.fetchone()
        for table in ("event", "caller", "step", "wording"):
            cursor.execute(f"DELETE FROM workorders_{table} WHERE order_id = ANY(%s)", [ids])  # noqa: S608  our own names
        cursor.execute("DELETE FROM oversight_touched WHERE order_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM workorders_workorder WHERE id = ANY(%s)", [ids])
