"""One line that names a matter, where a text comes without a title."""

from __future__ import annotations

import re

SHORTEST_TITLE, LONGEST_TITLE = 8, 40
# A time at the beginning of a sentence says nothing about the matter, nor does who somebody is.
WHEN = re.compile(r"^(?:其|于|在|从|自|约|今天|昨天|昨晚|[\d年月日号点分:：\-至左右晚上早下午中凌晨份]+)*[，,]?")
WHO = re.compile(r"^(?:其|本人)?(?:是|作为).*(?:业主|村民|住户|居民|员工|户口|市民|客户)$")
# "市民来电反映：" and its kin.
OPENING = re.compile(r"^[^:：，。\n]{0,16}?(?P<how>咨询|反映|投诉|建议|表扬|举报|求助|要求)[^:：，。\n]{0,3}[:：]\s*")


def title_of(text: str) -> str:
    """What the text says it is about, or its first clauses that say something."""
    text = OPENING.sub("", text.strip())
    about = re.search(r"关于(.{4,40}?)的(?:问题|情况)", text)
    if about:
        return about[1].strip()
    title = ""
    for clause in re.split(r"[，。；！？\n]", text):
        if not title and WHO.match(clause):
            continue
        title += WHEN.sub("", clause.strip()) if not title else f"，{clause.strip()}"
        if len(title) >= SHORTEST_TITLE:
            break
    return (title or text)[:LONGEST_TITLE].strip("，")
