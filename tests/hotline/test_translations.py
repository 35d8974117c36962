"""Chinese is complete: no page shows an English word, and texts are punctuated the Chinese way."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from hotline import translations
from staff.models import Area, Department, User
from staff.now import pretend
from staff.roles import admit
from tests.cast import City
from tests.pages.world import NOW, settle
from workorders.models import Category

PO = translations.po_file(settings.BASE_DIR / "locale")
CHINESE = r"\u4e00-\u9fff"

# What Chinese pages spell in Latin letters, too.
SPELT_SO = {"API", "ASCII", "CSV", "Ctrl", "English", "Enter", "Esc", "Excel", "JSON", "xlsx"}
SPELT_SO |= {"MB", "OFD", "PDF", "PowerPoint", "Word"}
# The keys of a category's extra questions, the calendar's two sources, and what Django's admin says under pictures.
SPELT_SO |= {"label", "type", "chinesecalendar", "holidays", "Search", "True", "False"}
# Never followed: what ends the session, is no page, or is Django's own through and through.
NOT_PAGES = re.compile(
    "/static/|/admin/logout|/admin/jsi18n|/api/|.*[.](xlsx|csv)|/admin/.*(/history/|/delete/|_facets|[?]o=)"
)
# Django puts these together in English when it is imported: the form for another person's password, the kept hash.
NOT_OURS = re.compile("/admin/staff/user/([0-9]+/password|[0-9]+/change|add)/")
# Of each kind of page so many are read by each person.
OF_EACH = 2


# --- pages


class Words(HTMLParser):
    """What a page says, to eyes and to screen readers, and where it leads."""

    SILENT = frozenset({"script", "style", "code", "template"})
    SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-shortcut-label")
    EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    @property
    def _silent(self) -> bool:
        return any(silent for _tag, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "hx-get", "data-peek") if name in given]
        # Numbers and codes are nobody's words; what is marked as English is the switch to it.
        silent = tag in self.SILENT or given.get("lang") == "en" or "number" in given.get("class", "").split()
        if not (silent or self._silent):
            self.said += [given[name] for name in self.SPOKEN if name in given]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.said.append(given.get("value", ""))
        if tag not in self.EMPTY:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


def english(texts: Iterable[str], names: set[str]) -> set[str]:
    """English words, apart from the city's own names, codes and numbers."""
    words = {word for text in texts for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9_.@-]*", text)}
    return {
        word for word in words - SPELT_SO - names if re.search("[A-Za-z]{2}", word) and not re.search("[0-9]{6}", word)
    }


def half_width(texts: Iterable[str]) -> set[str]:
    """Texts with English punctuation after Chinese."""
    return {text for text in texts if re.search(rf"[{CHINESE}”）][,;:!?.](\s|$)", text)}


def kind_of(path: str) -> str:
    """Pages of one kind differ in their rows only; each move's form is a kind of its own."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return path
    return f"{match.view_name} {match.kwargs.get('name', '')}"


def read_everything(who: User | None, starts: list[str], names: set[str]) -> dict[str, set[str]]:
    """Page → what is wrong on it, over every page this person comes to by following links."""
    client = Client(headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"})
    if who is not None:
        client.force_login(who)
    seen, waiting = set(starts), deque(starts)
    read: Counter[str] = Counter()
    wrong: dict[str, set[str]] = {}
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if read[kind] >= OF_EACH and path not in starts:
            continue
        read[kind] += 1
        answer = client.get(path)
        page = Words(answer.content.decode())
        found = english(page.said, names)
        if not path.startswith("/admin/"):
            found |= half_width(page.said)
        if found and not NOT_OURS.match(path):
            wrong[path] = found
        for link in page.links:
            target = urlsplit(urljoin(path, link))
            address = f"{target.path}?{target.query}" if target.query else target.path
            if not (target.netloc or target.scheme or address in seen or NOT_PAGES.match(address)):
                seen.add(address)
                waiting.append(address)
    return wrong


@pytest.mark.django_db
def test_no_page_shows_anybody_an_english_word(city: City) -> None:
    world = settle(city)
    names = {
        *Department.objects.values_list("code", flat=True),
        *Area.objects.values_list("code", flat=True),
        *Category.objects.values_list("code", flat=True),
        *" ".join(Category.objects.values_list("initials", flat=True)).split(),
        *User.objects.values_list("username", flat=True),
    }
    orders = [order.get_absolute_url() for order in world.orders.values()]
    people = (city.lin, city.wang, city.zhao, city.li, city.he, city.tang, city.chen, city.admin, None)
    wrong: dict[str, set[str]] = {}
    with pretend(NOW):
        for who in people:
            starts = ["/", "/no-such-page/", *(orders if who == city.chen else [])]
            if who is not None:
                admit(who)
            wrong |= {f"{who} {path}": words for path, words in read_everything(who, starts, names).items()}
    assert wrong == {}


# --- the words themselves

# Template filters split these at the comma.
FOR_YESNO = ("granted,refused", "upheld,refused")


def test_chinese_is_punctuated_the_chinese_way() -> None:
    """Full width after Chinese, no exclamation marks, no blank between Chinese and Chinese."""
    wrong = rf"[{CHINESE}”][,;:!?.()](?!\d)|[!！]|\.\.\.|[{CHINESE}] [{CHINESE}]"
    messages = [message for message in translations.read(PO) if message.id not in ("", *FOR_YESNO)]
    assert [message.id for message in messages if re.search(wrong, str(message.string))] == []


def test_words_of_the_packages_are_chinese_too() -> None:
    with translation.override("zh-hans"):
        for words in (
            "This field is required.",  # Django's forms
            "Authentication credentials were not provided.",  # REST framework
            "Ordering",  # django-filter
            "Unknown",
        ):
            assert re.search(f"[{CHINESE}]", gettext(words)), words


def test_one_english_word_is_two_in_chinese_where_it_means_two_things() -> None:
    with translation.override("zh-hans"):
        assert gettext("withdrawn") == "已撤单" and pgettext("referral", "withdrawn") == "已撤回"
        assert gettext("registered") == "已受理" and pgettext("time", "registered") == "受理时间"
        assert ngettext("%(count)s year changed.", "%(count)s years changed.", 2) == "已更新%(count)s个年份。"


# --- how they are found


def test_words_are_found_under_every_name_and_in_every_place() -> None:
    code = """
        from django.utils.translation import gettext as _t
        from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
        _("plain"); _t("under another name"); f"{_('inside an f-string')}: {_(variable)}"
        _("joined " "up"); ngettext("%(n)s row", "%(n)s rows", n); pgettext_lazy("time", "closed")
        other("not for people")
    """
    found = {(words, context) for _line, words, context in translations.in_python(dedent(code))}
    assert found == {
        ("plain", None),
        ("under another name", None),
        ("inside an f-string", None),
        ("joined up", None),
        (("%(n)s row", "%(n)s rows"), None),
        ("closed", "time"),
    }
    template = """{% load i18n %}{% translate "sent" context "referral" %}{{ x|yesno:_("upheld,refused") }}
        {% blocktranslate count n=count %}one row{% plural %}{{ n }} rows{% endblocktranslate %}"""
    assert {(words, context) for _line, words, context in translations.in_template(template)} == {
        ("sent", "referral"),
        ("upheld,refused", None),
        (("one row", "%(n)s rows"), None),
    }


def test_faults_name_the_place_of_what_is_missing_fuzzy_or_broken(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    assert any("no translation: 'Sign in'" in fault for fault in translations.faults(po))
    text = PO.read_text(encoding="utf-8").replace('msgid "Sign in"\n', '#, fuzzy\nmsgid "Sign in"\n', 1)
    po.write_text(text.replace("剩%(span)s", "剩%(spam)s", 1), encoding="utf-8")
    fuzzy, broken = sorted(set(translations.faults(po)) - set(translations.faults(PO)), reverse=True)
    assert fuzzy.startswith("templates/registration/code.html:") and fuzzy.endswith(": fuzzy: 'Sign in'")
    assert broken.startswith("desk/moments.py:") and broken.endswith("'%(span)s left'")


def test_bringing_the_file_up_to_date_twice_is_as_good_as_once(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_bytes(PO.read_bytes())
    translations.update(po)
    once = po.read_bytes()
    translations.update(po)
    assert po.read_bytes() == once
