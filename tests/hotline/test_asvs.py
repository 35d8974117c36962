"""The mapping of the ASVS is whole, and names nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAPPING = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")

# The levels of each section's requirements, in their order; of ASVS 5.0.0.
LEVELS = """
V1.1 22     V1.2 1111122223  V1.3 112222222223  V1.4 222  V1.5 123
V2.1 122    V2.2 112         V2.3 12223         V2.4 23
V3.1 3      V3.2 113         V3.3 12223         V3.4 11222233  V3.5 11122333  V3.6 3  V3.7 22333
V4.1 12233  V4.2 23333       V4.3 22            V4.4 1222
V5.1 2      V5.2 112333      V5.3 113           V5.4 222
V6.1 122    V6.2 111111112222  V6.3 11223333    V6.4 112233  V6.5 22222333  V6.6 2223  V6.7 33  V6.8 2222
V7.1 222    V7.2 1111        V7.3 22            V7.4 11222   V7.5 223       V7.6 22
V8.1 1233   V8.2 1123        V8.3 133           V8.4 23
V9.1 111    V9.2 1222
V10.1 22    V10.2 223        V10.3 22223        V10.4 1111122222233333  V10.5 22222  V10.6 22  V10.7 222
V11.1 2233  V11.2 22233      V11.3 11233        V11.4 1222   V11.5 23       V11.6 23   V11.7 33
V12.1 12233 V12.2 11         V12.3 22223
V13.1 2333  V13.2 222223     V13.3 2233         V13.4 1222233
V14.1 22    V14.2 12223333   V14.3 122
V15.1 12233 V15.2 12233      V15.3 1222222      V15.4 3333
V16.1 2     V16.2 22222      V16.3 2222         V16.4 222    V16.5 2223
V17.1 23    V17.2 22223333   V17.3 22
"""


def asked() -> list[str]:
    """The ids of levels 1 and 2."""
    words = LEVELS.split()
    return [
        f"{section}.{nth}"
        for section, levels in zip(words[::2], words[1::2], strict=True)
        for nth, level in enumerate(levels, 1)
        if level in "12"
    ]


def rows() -> list[list[str]]:
    lines = [line for line in MAPPING.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_standard_has_as_many_requirements_as_it_says() -> None:
    levels = "".join(LEVELS.split()[1::2])
    assert [levels.count(level) for level in "123"] == [70, 183, 92]


def test_every_requirement_of_both_levels_stands_in_one_row() -> None:
    told = [one for row in rows() for one in row[0].split(", ")]
    assert sorted(told) == sorted(asked())


def test_every_row_is_held_not_applicable_or_a_gap_and_says_why() -> None:
    for row in rows():
        assert len(row) == 4 and row[1] and row[2] in ("held", "not applicable", "gap") and row[3], row


def test_every_file_and_test_it_names_is_there() -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|md|html|js|yaml|yml|txt|json)|[\w.]*(?:/[\w.-]+)+)(?:::(\w+))?`", MAPPING)
    named += [(path, "") for path in re.findall(r"docs/\w+\.md", MAPPING)]
    assert len(named) > 150
    for path, test in named:
        if path.startswith("/"):
            continue  # an address
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), (path, test)
