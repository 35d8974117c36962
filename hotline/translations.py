"""Translations without gettext's programs: found in the sources, checked and compiled by Babel."""

import ast
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    name + lazy: positions
    for name, positions in {
        "gettext": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
}
"""The functions whose strings are shown to people; a number says which argument, "c" marks the context."""

Found = tuple[int, str | tuple[str, ...], str | None]
"""A line, the words there (with their plural), the context."""

HEADER = b"""\
# Simplified Chinese. Brought up to date by `manage.py extract_translations`, translated by people.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
"""What a .po file needs on top; dates and names are git's business and would make every merge a conflict."""

APART = {"tests", "migrations", "locale"}
"""Folders whose strings nobody is shown."""


def po_file(folder: Path) -> Path:
    """The only translated language is Simplified Chinese; English is the source."""
    return folder / "zh_Hans" / "LC_MESSAGES" / "django.po"


def empty() -> Catalog:
    """A catalogue of Simplified Chinese without words."""
    return Catalog(locale="zh_Hans", fuzzy=False)


def read(path: Path) -> Catalog:
    """A .po file as a catalogue; an absent one is empty."""
    if not path.exists():
        return empty()
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def sources() -> Iterator[Path]:
    """Every file of ours that may hold words for people."""
    apps = [settings.BASE_DIR / app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]
    for folder in [*apps, settings.BASE_DIR / "templates"]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not APART & set(path.relative_to(folder).parts):
                yield path


def found() -> Catalog:
    """Every string that the sources mark for translation."""
    catalog = empty()
    for path in sources():
        code = path.read_text(encoding="utf-8")
        for line, words, context in in_python(code) if path.suffix == ".py" else in_template(code):
            catalog.add(words, locations=[(str(path.relative_to(settings.BASE_DIR)), line)], context=context)
    return catalog


def in_python(code: str) -> Iterator[Found]:
    """By the syntax tree, so that words inside an f-string are found as well."""
    tree = ast.parse(code)
    called = {
        name.asname or name.name: KEYWORDS[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in KEYWORDS
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called):
            continue
        words, context = [], None
        for place in called[node.func.id] or (1,):
            at, is_context = (place[0], True) if isinstance(place, tuple) else (place, False)
            match node.args[at - 1 : at]:
                case [ast.Constant(value=str(text))] if is_context:
                    context = text
                case [ast.Constant(value=str(text))]:
                    words.append(text)
        if words:
            yield node.lineno, tuple(words) if len(words) > 1 else words[0], context


def in_template(code: str) -> Iterator[Found]:
    """By Django's own step, the template as Python calls; its indentation means nothing and is taken away."""
    calls = "\n".join(line.lstrip() for line in templatize(code).splitlines())
    keywords = KEYWORDS | {"_": None}
    for line, words, _comments, context in extract("python", BytesIO(calls.encode()), keywords=keywords):
        yield line, words, context


def update(path: Path) -> int:
    """Bring new strings into the .po file, untranslated, and take out those no longer used; how many it holds."""
    catalog = read(path)
    catalog.update(found(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER)
        write_po(file, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return len(catalog)


def faults(path: Path) -> Iterator[str]:
    """What is missing, fuzzy or has other placeholders than the source, one line each."""
    catalog = read(path)
    for message in found():
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        if translated is None or not all(_strings(translated)):
            yield _line(message, "no translation")
        elif translated.fuzzy:
            yield _line(message, "fuzzy")
        else:
            for error in translated.check(catalog):
                yield _line(message, str(error))


def compile_all() -> None:
    """Write each .mo that is older than its .po."""
    for folder in settings.LOCALE_PATHS:
        source = po_file(Path(folder))
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
            continue
        fresh = target.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, read(source))
        fresh.replace(target)  # in one go: another process may be reading it


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _line(message: Message, fault: str) -> str:
    words = message.id if isinstance(message.id, str) else message.id[0]
    path, line = message.locations[0]
    return f"{path}:{line}: {fault}: {words!r}"
