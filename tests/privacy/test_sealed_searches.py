"""A search stands sealed in its address; nothing else that is sealed can be read by way of it."""

from __future__ import annotations

import pytest

from staff.sealing import box
from workorders.typed import SEALED, opened, seal


@pytest.mark.parametrize("words", ["花园路 漏水", "13812340271", "q:q:", "~"])
def test_what_was_typed_is_read_again_and_not_seen(words: str) -> None:
    sealed = seal(words)
    assert opened(sealed) == words and words not in sealed.removeprefix(SEALED)


def test_what_was_sealed_elsewhere_stays_so() -> None:
    for token in (box().encrypt(b"13812340271"), box().encrypt(bytes(range(250, 256)))):
        pasted = SEALED + token.decode()
        assert opened(pasted) == pasted


@pytest.mark.parametrize("typed", ["~", "~gAAAA", "~花园路", "13812340271", ""])
def test_what_nobody_sealed_is_taken_as_it_is(typed: str) -> None:
    assert opened(typed) == typed
