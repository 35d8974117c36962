"""Settings from the environment: understood, or refused in words that help."""

import pytest

from hotline import environment
from hotline.environment import SettingError


@pytest.fixture(autouse=True)
def _asks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_asked", set(environment._asked))


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_a_flag_can_be_said_in_several_ways(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS", value)
    assert environment.flag("HTTPS", False) is True


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "  ")
    assert environment.number("PORT", 8000) == 8000
    with pytest.raises(SettingError, match="PORT must be set"):
        environment.text("PORT")


def test_a_list_is_cut_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example , b.example,")
    assert environment.items("ALLOWED_HOSTS") == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (lambda: environment.flag("X", False), "maybe", "X must be 1 or 0, not 'maybe'"),
        (lambda: environment.number("X", 1), "eighty", "X must be a whole number, not 'eighty'"),
        (lambda: environment.number("X", 1, most=65535), "70000", "X must be between 0 and 65535, not 70000"),
        (lambda: environment.choice("X", "json", ("json", "text")), "xml", "X must be one of json, text, not 'xml'"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name_and_value(
    read: object, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(SettingError, match=words) as refused:
        read()  # type: ignore[operator]  # a function of the table above
    assert ".env.example" in str(refused.value)


def test_a_misspelt_name_of_ours_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_VAR", "elsewhere")
    with pytest.raises(SettingError, match="HOTLINE_VAR is not a setting"):
        environment.refuse_unknown("HOTLINE_")
