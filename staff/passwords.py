"""弱口令: passwords that are tried first. A list of common ones comes with Django; what hotlines and Chinese habits add
to it are rules, and these are their words.

Of a password, what everybody could guess is crossed out: words of this table, of the installation and of the person,
runs along the keyboard, the alphabet or the digits, dates. What is left is his own, and there has to be enough of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# So many characters have to be the person's own; `zhang` with any run of digits has five.
OWN = 6
# So many neighbours make a run; fewer of them stand in too many good words.
RUN = 3
# As they are typed here: the hotline, what it does, its neighbours, and what offices call their accounts.
OF_THE_HOTLINE = (
    "hotline rexian shimin zhengfu zhengwu bianmin shizheng gongdan paidan zhuanban duban huifang jieting shouli "
    "huawuyuan chengban fuwu zhongxin xitong government citizen service center system guanliyuan guanli office "
    "热线 市民 政府 政务 便民 工单 服务 中心 系统 密码 管理员 12315 12319 12328 12333 12366 12306 10086 10010"
)
# What people begin with, in English, in pinyin, and in numbers that sound like words.
OF_HABIT = (
    "password passwd pass mima wodemima admin administrator root user test guest demo welcome login letmein master "
    "woaini woaiwo woai aini iloveyou loveyou love nihao wodeai wobuzhidao nishishui caonima zhongguo china baobao "
    "baobei laopo laogong qinaide shengri mama baba jiayou fighting computer windows dragon monkey sunshine "
    "521 1314 5201314 520 1713 168 518 886 110 119 120"
)
LINES = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"),
)
DATE = re.compile(r"(19|20)\d\d([-./年]?(0?[1-9]|1[0-2])([-./月]?(0[1-9]|[12]\d|3[01]|[1-9])日?)?)?")
# `p@ssw0rd` is `password`.
FOLDED = str.maketrans("@$0134!5", "asoieais")
RUNS = frozenset(line[at : at + RUN] for way in LINES for line in (way, way[::-1]) for at in range(len(way) - RUN + 1))
WORDS = frozenset(f"{OF_THE_HOTLINE} {OF_HABIT}".split())


class GuessableValidator(CommonPasswordValidator):
    """Not one of the 20 000 common passwords, with digits or signs around it or without, and not made of words, runs
    and dates alone."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        said = password.casefold().strip()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", said)
        if core in self.passwords or own(said, words(user)) < OWN:
            raise ValidationError(
                _("This password is easy to guess: add words of your own, not names, dates or keys in a row."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Not a common password, and not made of names, the hotline's words, dates or keys in a row alone.")


def words(user: Any) -> frozenset[str]:
    """What everybody tries at this hotline, and for this person."""
    told = [settings.CITY_NAME, settings.CITY_NAME.removesuffix("市"), *settings.PASSWORD_WORDS]
    if user is not None:
        told += [user.username, user.name, user.phone, user.email]
        told += [user.department.name, user.department.code] if user.department else []
    parts = (part for one in told for part in (one, *re.split(r"\W+", one)))
    return WORDS | {part.casefold() for part in parts if len(part) > (1 if not part.isascii() else 2)}


def own(password: str, known: frozenset[str]) -> int:
    """How many characters of a password are left when all that could be guessed is crossed out."""
    crossed = set[int]()
    for at, end in _guessed(password, known):
        crossed.update(range(at, end))
    return len(password) - len(crossed)


def _guessed(password: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where it can be guessed: from, until."""
    for text in {password, password.translate(FOLDED)}:
        for word in known:
            yield from ((found.start(), found.end()) for found in re.finditer(re.escape(word), text))
    for at in range(len(password) - RUN + 1):
        piece = password[at : at + RUN]
        if piece in RUNS or len(set(piece)) == 1:
            yield at, at + RUN
    yield from ((found.start(), found.end()) for found in DATE.finditer(password))
