"""Who may what: every address and every operation, a line each. The walk (`test_walk.py`) asks them all, by everybody;
`docs/security.md` shows the same lines.

    answer      of those who may
    others      of everybody else who has signed in
    another's   of a department's people, where the record was handed to another department
    none        of everybody, where there is no such record
    signed out  of whoever has not signed in; `sign-in` sends to the sign-in page, `401 page` carries a form there

`-` is a column that does not arise: who may not is not asked for a record, or there is none in the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

ROLES = ("agent", "dispatcher", "reviewer", "callback_agent", "supervisor", "administrator", "officer", "lead")
GROUPS = {
    "everybody": ROLES,
    "hotline": ROLES[:6],
    "departments": ROLES[6:],
    "registrars": ("agent", "supervisor"),
    "desks": ROLES[:5],
    "overseers": ("supervisor", "administrator"),
}

COLUMNS = ("address", "method", "who may", "answer", "others", "another's", "none", "signed out")

PAGES = """
/                                    GET   everybody      200  -    -    -    sign-in
/rail/                               GET   everybody      200  -    -    -    sign-in
/notices/                            GET   everybody      200  -    -    -    sign-in
/notices/                            POST  everybody      302  -    -    -    401 page
/orders/                             GET   everybody      200  -    -    -    sign-in
/orders/search/                      POST  everybody      302  -    -    -    401 page
/orders/{number}/                    GET   everybody      200  -    404  404  sign-in
/orders/{number}/peek/               GET   everybody      200  -    404  404  sign-in
/orders/{number}/printed/            POST  everybody      204  -    404  404  401 page
/orders/{number}/registered/         GET   everybody      200  -    404  404  sign-in
/orders/{number}/seen/               GET   overseers      200  403  -    -    sign-in
/orders/{number}/attachments/        GET   everybody      200  -    404  404  sign-in
/orders/{number}/attachments/        POST  desks          422  409  404  404  401 page
/orders/{number}/attachments/{attachment}/ GET everybody  200  -    404  404  sign-in
/orders/{number}/attachments/{attachment}/remove/ POST registrars  422  409  404  404  401 page
/orders/{number}/{name}/             GET   by the move    200  409  404  404  sign-in
/orders/{number}/{name}/             POST  by the move    done 409  404  404  401 page
/referrals/{pk}/{name}/              GET   by the move    200  409  404  404  sign-in
/referrals/{pk}/{name}/              POST  by the move    done 409  404  404  401 page
/seen/                               GET   overseers      200  403  -    -    sign-in
/seen/{username}/                    GET   overseers      200  403  -    -    sign-in
/seen/{username}/looks.csv           GET   supervisor     200  403  -    -    sign-in
/sign-in-log/                        GET   overseers      200  403  -    -    sign-in
/sign-in-log/mine/                   GET   everybody      200  -    -    -    sign-in
/register/                           GET   registrars     302  403  -    -    sign-in
/register/help/                      POST  registrars     200  403  -    -    401 page
/register/questions/                 GET   registrars     200  403  -    -    sign-in
/register/{draft}/                   GET   registrars     200  403  -    -    sign-in
/register/{draft}/                   POST  registrars     422  403  -    -    401 page
/drafts/                             GET   everybody      200  -    -    -    sign-in
/drafts/{key}/                       POST  everybody      200  -    -    -    401 page
/drafts/{key}/drop/                  POST  everybody      302  -    -    -    401 page
/board/                              GET   overseers      200  403  -    -    sign-in
/board/rows/                         GET   overseers      200  403  -    -    sign-in
/board/board.xlsx                    GET   supervisor     200  403  -    -    sign-in
/board/rows.xlsx                     GET   supervisor     200  403  -    -    sign-in
/board/rows.csv                      GET   supervisor     200  403  -    -    sign-in
/board/orders.xlsx                   GET   supervisor     200  403  -    -    sign-in
/board/orders.csv                    GET   supervisor     200  403  -    -    sign-in
/sign-in/                            GET   everybody      302  -    -    -    200
/sign-in/                            POST  everybody      302  -    -    -    200
/sign-in/code/                       GET   everybody      302  -    -    -    302
/sign-in/code/                       POST  everybody      302  -    -    -    200
/sign-out/                           POST  everybody      302  -    -    -    302
/password/                           GET   everybody      200  -    -    -    sign-in
/password/                           POST  everybody      200  -    -    -    sign-in
/password/done/                      GET   everybody      200  -    -    -    sign-in
/second-factor/                      GET   everybody      200  -    -    -    sign-in
/second-factor/                      POST  everybody      200  -    -    -    sign-in
/sessions/end/                       POST  everybody      200  -    -    -    sign-in
/language/                           POST  everybody      302  -    -    -    302
/healthz                             GET   everybody      503  -    -    -    503
"""

PROGRAMS = """
/api/v1/                             GET   everybody      200  -    -    -    401
/api/v1/work-orders.csv              GET   supervisor     200  403  -    -    401
/api/v1/looks/                       GET   overseers      200  403  -    -    401
/api/v1/work-orders/                 GET   everybody      200  -    -    -    401
/api/v1/work-orders/                 POST  registrars     400  403  -    -    401
/api/v1/work-orders/{number}/        GET   everybody      200  -    404  404  401
/api/v1/work-orders/{number}/events/ GET   everybody      200  -    404  404  401
/api/v1/work-orders/{number}/attachments/ GET everybody   200  -    404  404  401
/api/v1/work-orders/{number}/attachments/ POST desks      400  409  404  404  401
/api/v1/work-orders/{number}/attachments/{attachment}/ GET everybody  200  -    404  404  401
/api/v1/work-orders/{number}/attachments/{attachment}/remove/ POST registrars  400  409  404  404  401
/api/v1/work-orders/{number}/{move}/ POST  by the move    done 409  404  404  401
/api/v1/referrals/                   GET   everybody      200  -    -    -    401
/api/v1/referrals/{pk}/              GET   everybody      200  -    404  404  401
/api/v1/referrals/{pk}/{move}/       POST  by the move    done 409  404  404  401
/api/v1/callbacks/                   GET   everybody      200  -    -    -    401
/api/v1/callbacks/{pk}/              GET   everybody      200  -    404  404  401
/api/v1/categories/                  GET   everybody      200  -    -    -    401
/api/v1/categories/{code}/           GET   everybody      200  -    -    404  401
/api/v1/departments/                 GET   everybody      200  -    -    -    401
/api/v1/departments/{code}/          GET   everybody      200  -    -    404  401
/api/v1/areas/                       GET   everybody      200  -    -    -    401
/api/v1/areas/{code}/                GET   everybody      200  -    -    404  401
/api/v1/schema/                      GET   everybody      200  -    -    -    401
/api/v1/docs/                        GET   everybody      200  -    -    -    sign-in
/api/v1/                             GET   nowhere        404  -    -    -    401
"""

# The administration's own addresses; those of its records follow from ADMIN. `login` sends to /admin/login/, which
# sends strangers to the sign-in page and tells everybody else that it is not theirs.
ADMINISTRATION = """
/admin/                              GET   administrator  200  login  -  -    login
/admin/login/                        GET   administrator  302  403    -  -    sign-in
/admin/login/                        POST  administrator  302  403    -  -    sign-in
/admin/logout/                       POST  administrator  302  302    -  -    302
/admin/password_change/              GET   administrator  200  login  -  -    login
/admin/password_change/              POST  administrator  200  login  -  -    login
/admin/password_change/done/         GET   administrator  200  login  -  -    login
/admin/autocomplete/                 GET   administrator  403  login  -  -    login
/admin/jsi18n/                       GET   administrator  200  login  -  -    login
/admin/r/{content_type_id}/{object_id}/ GET administrator 404  login  -  -    login
/admin/{app_label}/                  GET   administrator  200  login  -  -    login
/admin/{url}                         GET   administrator  404  login  -  -    login
"""

# Kept by administrators: what they may do with each kind of record. What is not named answers 403.
ADMIN = """
auth/group                nothing
notices/notice            view
notices/delivery          view
oversight/export          view
oversight/weight          view change
referrals/cataloguerow    view add change delete
staff/area                view add change delete
staff/calendarday         view add change delete
staff/calendaryear        view add change delete
staff/department          view add change delete
staff/failedsignins       view delete
staff/token               view add change
staff/user                view add change
staff/workingsession      view add change delete
workorders/category       view add change delete
workorders/timelimit      view add change delete
"""

# The moves, each tried where it is open to somebody (places of tests/workorders/scenes.py): who may, and for whom the
# record is there at all. `officer` and `lead` are of the unit that has it; others' departments never find it.
ORDER_MOVES = """
add_supporting      referred           dispatcher supervisor
amend               referred           agent dispatcher supervisor
answer_on_the_spot  registered         agent dispatcher supervisor
chase               referred           agent dispatcher callback_agent supervisor
close               awaiting callback  supervisor
close_as_explained  deciding           reviewer supervisor
decline             registered         agent dispatcher supervisor
designate           dispatched twice   dispatcher supervisor
exclude             deciding           reviewer supervisor
lift                supervised         supervisor
mark_invalid        registered         agent dispatcher supervisor
merge               registered         agent dispatcher supervisor
note                referred           everybody
recall              referred           dispatcher supervisor
record_attempt      awaiting callback  callback_agent supervisor
record_result       awaiting callback  callback_agent supervisor
refer               registered         dispatcher supervisor
release             taken by Wang      dispatcher supervisor
reopen              closed             supervisor
resume              shelved            supervisor
reveal              referred           agent dispatcher reviewer callback_agent supervisor departments
rework              deciding           reviewer supervisor
shelve              referred           supervisor
supervise           referred           supervisor
take                deciding           reviewer supervisor
unmerge             merged             agent dispatcher supervisor
withdraw            referred           agent dispatcher supervisor
"""

PART_MOVES = """
accept              sent               departments
answer              contacted          departments
delegate            accepted           lead
grant_extension     extension asked    dispatcher supervisor
pass_answer         answered           reviewer supervisor
record_contact      accepted           departments
refuse_extension    extension asked    dispatcher supervisor
refuse_return       return asked       dispatcher supervisor
request_extension   accepted           departments
request_return      sent               departments
send_back           answered           reviewer supervisor
take_back           delegated          lead
uphold_return       return asked       dispatcher supervisor
"""

# Places in which Water's people have had the order.
HANDED = {"referred", "answered", "awaiting callback", "deciding"}


@dataclass(frozen=True)
class Row:
    """One operation of one address, and what each sort of person is answered."""

    address: str
    method: str
    who: str
    answer: str
    others: str
    anothers: str
    none: str
    out: str

    @property
    def may(self) -> frozenset[str]:
        return people(self.who)


@dataclass(frozen=True)
class MoveRow:
    """A move, where it is tried, and who may make it there."""

    name: str
    place: str
    who: str

    @property
    def may(self) -> frozenset[str]:
        return people(self.who)


def people(who: str) -> frozenset[str]:
    """Roles by their names and the names of groups of them."""
    return frozenset(role for word in who.split() for role in GROUPS.get(word, (word,)))


def rows(table: str) -> Iterator[Row]:
    for line in table.strip().splitlines():
        address, method, rest = line.split(None, 2)
        who, answers = re.split(r"\s{2,}|(?<=administrator) ", rest, maxsplit=1)
        answer, others, anothers, none, out = answers.split(None, 4)
        yield Row(address, method, who, answer, others, anothers, none, out)


def moves(table: str) -> Iterator[MoveRow]:
    for line in table.strip().splitlines():
        yield MoveRow(*re.split(r"\s{2,}", line.strip()))


def kept() -> dict[str, frozenset[str]]:
    """What administrators may do with each kind of record."""
    return {line.split()[0]: frozenset(line.split()[1:]) - {"nothing"} for line in ADMIN.strip().splitlines()}


def _drawn(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    drawn = "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * len(heads), *lines))
    return f"### {title}\n\n{drawn}"


def told() -> str:
    """The whole table as `docs/security.md` shows it."""
    parts = [("Pages", PAGES), ("Programs", PROGRAMS), ("The administration", ADMINISTRATION)]
    laws = [("Moves of an order", ORDER_MOVES), ("Moves of a referral", PART_MOVES)]
    records = [(f"`/admin/{name}/`", " ".join(sorted(what)) or "nothing") for name, what in kept().items()]
    return "\n\n".join(
        [
            *(
                _drawn(title, COLUMNS, [(f"`{row.address}`", *astuple(row)[1:]) for row in rows(part)])
                for title, part in parts
            ),
            _drawn("What administrators keep", ("records", "they may"), records),
            *(
                _drawn(
                    title,
                    ("move", "tried where it is", "who may"),
                    [(f"`{row.name}`", *astuple(row)[1:]) for row in moves(law)],
                )
                for title, law in laws
            ),
        ]
    )
