"""The drawing kit: text that fits, scales that hold, ticks that are round."""

from __future__ import annotations

import math
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from irrupt.reporting import svg

texts = st.text(max_size=60)
finite = st.floats(allow_nan=False, allow_infinity=False)


@given(texts, st.floats(20, 400))
def test_shortened_text_fits_and_begins_as_the_whole(text: str, width: float) -> None:
    shown = svg.shorten(text, width)
    assert svg.text_width(shown) <= width
    assert shown == text or text.startswith(shown.removesuffix("…"))


@given(texts)
def test_clean_text_is_well_formed_and_stays_clean(text: str) -> None:
    clean = svg.clean(text)
    assert svg.clean(clean) == clean
    ElementTree.fromstring(svg.label(0, 0, text))


def test_text_cannot_turn_a_line_around_nor_break_it() -> None:
    assert svg.clean("a\u202eb\nc\x00d\ud800") == "ab cd"


@given(finite, finite, finite)
def test_a_scale_never_leaves_its_pixels(low: float, high: float, value: float) -> None:
    assert 10.0 <= svg.Scale(low, high, 10.0, 90.0)(value) <= 90.0


@given(finite, finite)
def test_ticks_lie_in_the_range_and_are_few(low: float, high: float) -> None:
    low, high = sorted((low, high))
    found = svg.ticks(low, high, 4)
    slack = 1e-6 * max(abs(low), abs(high))
    assert len(found) <= 12
    assert all(low - slack <= value <= high + slack for value in found)
    assert found == sorted(found)


def test_ticks_are_round() -> None:
    assert svg.ticks(0, 1, 5) == [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
    assert svg.ticks(math.nan, 1) == []


def test_markup_in_names_is_escaped() -> None:
    drawn = svg.label(0, 0, "<script>alert(1)</script>&", room=1000)
    assert "<script>" not in drawn
    assert ElementTree.fromstring(drawn).text == "<script>alert(1)</script>&"


def test_a_picture_says_what_it_is_to_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(svg.picture(10, 10, "Waits", "A waits 3 h", []))
    assert root.get("role") == "img"
    assert [child.tag for child in root] == ["title", "desc"]
    assert root[1].text == "A waits 3 h"


def test_a_shortened_label_has_the_whole_text_in_its_tip() -> None:
    root = ElementTree.fromstring(svg.label(0, 0, "A very long name of a team", room=60))
    assert root[0].tag == "title"
    assert root[0].text == "A very long name of a team"
