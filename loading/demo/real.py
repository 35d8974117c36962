"""Real appeals as texts for the demo, where the data folder is: masked, moved to the demo city, in our categories.

Nothing of the folder is copied into this project; without it our own texts are told.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from random import Random

from django.conf import settings

from loading.demo.appeals import OwnTexts, Texts, Told
from loading.demo.city import City, read
from loading.titles import OPENING, title_of
from workorders.models import Category, Kind

TABLE = "haikou_orders.csv"
TEXT, UNIT = "诉求内容", "原处置单位"
PATH = ("行业分类1级", "行业分类2级", "行业分类3级", "行业分类4级")

# How the hall writes what a caller did, and which kind it is.
KINDS = {
    "咨询": "question",
    "建议": "suggestion",
    "表扬": "praise",
    "举报": "report",
    "投诉": "complaint",
    "求助": "help",
}
# What the hall adds for the department; the citizen did not say it.
ADDED = re.compile(r"[（(][^（）()]{0,14}(?:职能局|部门按规定|联系号码|联系电话|来电号码|响应处置)[^（）()]*[）)]")
# Orders about orders are no appeals of their own.
ABOUT_AN_ORDER = re.compile(r"工单号|工单编号|单号|撤销|撤单|答复[:：]|反馈[:：]|\d{4}-\d{1,2}-\d{1,2}")
# What the hall asks of the department at the end of a sentence.
PASSED_ON = re.compile(
    r"(?:故来电反映|故来电咨询)?[，,。！\s]*请[^，。！？]{1,24}(?:核实|处理|解决|回复)[^，。！？]*[，。！]?(?:谢谢[！。]?)?"
)
NUMBER = re.compile(r"\d[\d*xX]{6,}")
PLATE = re.compile(r"[琼粤桂湘鄂京沪][A-Z][·\s]?[A-Z0-9]{5}")
PERSON = re.compile(r"[（(](?P<name>[\u4e00-\u9fff]{2,4})[）)]|(?:姓名|名叫|本人叫|名字叫)[:：]?[\u4e00-\u9fff]{2,3}")
TITLES = "队长|科长|局长|处长|经理|书记|主任|院长|校长|老师|医生|警官|师傅"
STREET = re.compile(r"[^\W\d_到在往于经从前和与其至日的区县镇市、，。及对由]{2,4}?(?:大道|路|街)(?:\d{1,4}号)?")
# A real city's districts become the invented one's.
PLACES = {
    "海口市": "云州市", "海口": "云州", "海南省": "本省", "海南": "本省", "琼州": "云江",
    "龙华区": "望江区", "龙华": "望江", "美兰区": "云中区", "美兰": "云中",
    "琼山区": "临湖区", "琼山": "临湖", "秀英区": "青岚区", "秀英": "青岚", "琼": "云",
    "2016年": "前年", "2017年": "去年", "2018年": "今年",
}  # fmt: skip
ENDS = tuple("。？！")
SHORTEST, LONGEST = 25, 600


def texts_for(city: City) -> Texts:
    """Real appeals when the folder of HOTLINE_DATA_DIR has them, else our own."""
    table = Path(settings.DATA_DIR) / TABLE
    return RealTexts(city, table) if table.is_file() else OwnTexts(city)


class RealTexts:
    """Matters from the table; those a plan asks for by category are our own."""

    def __init__(self, city: City, table: Path) -> None:
        self.city, self.own = city, OwnTexts(city)
        self.surnames = {*read("people.yaml")["surnames"], *"王李赵孙吴"}  # those of the cast are given to nobody else
        self.titled = re.compile(f"({TITLES})([{''.join(sorted(self.surnames))}])[\u4e00-\u9fff]")
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = [(row[TEXT], [row[name] for name in PATH]) for row in csv.DictReader(lines)]
        self.rows = [row for row in rows if _is_appeal(row[0])]
        self.words = [
            (word, len(word), category) for category in city.categories.values() for word in category.keywords
        ]
        self.districts = {area.name: area for area in city.areas if area.level == "district"}

    def about(self, code: str, rng: Random) -> Told:
        return self.own.about(code, rng)

    def tell(self, rng: Random) -> Told:
        text, path = rng.choice(self.rows)
        how = OPENING.match(text.strip())
        bare = PASSED_ON.sub("。", ADDED.sub("", OPENING.sub("", text.strip()))).strip(" \n，,。")
        said = self.masked(bare.removeprefix("其"))
        said += "" if said[-1:] in ENDS else "。"
        category = self.category(path, said)
        kind = KINDS.get(how["how"] if how else "", "") or _kind(category)
        street = STREET.search(said)
        district = next((area for name, area in self.districts.items() if name in said), None)
        places = [one for one in self.city.communities if district is None or district.covers(one)]
        return Told(
            category=category,
            kind=kind,
            title=title_of(said),
            content=said,
            wants="",
            area=rng.choice(places),
            address=street[0] if street else "",
        )

    def category(self, path: list[str], said: str) -> Category:
        """Ours with the most of its words in their category's path and in the text; the path weighs more."""
        above, scores = "/".join(path), dict[str, int]()
        for word, length, category in self.words:
            found = length * (3 * (word in above) + (word in said))
            if found:
                scores[category.code] = scores.get(category.code, 0) + found
        best = max(scores, key=lambda code: scores[code], default="1805")
        return self.city.categories[best]

    def masked(self, text: str) -> str:
        """Without numbers that may be somebody's, names in brackets and plates; in the demo city."""
        text = PLATE.sub("云A×××××", NUMBER.sub("××××", text))
        text = PERSON.sub(self._unnamed, text)
        text = self.titled.sub(r"\1\2某", text)
        for there, here in PLACES.items():
            text = text.replace(there, here)
        return text

    def _unnamed(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return "某某"
        return "（某某）" if name[0] in self.surnames else found[0]


def _is_appeal(text: str) -> bool:
    return SHORTEST <= len(text.strip()) <= LONGEST and not ABOUT_AN_ORDER.search(text)


def _kind(category: Category) -> str:
    """The category's usual kind; who only "reports" something asks no question and praises nobody."""
    return category.kind if category.kind in (Kind.HELP, Kind.COMPLAINT, Kind.REPORT) else Kind.HELP
