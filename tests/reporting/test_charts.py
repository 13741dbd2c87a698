"""Whatever the names and the values: no label leaves the picture, none covers another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from irrupt.reporting import announcements, charts, svg
from irrupt.reporting import forest as forests
from irrupt.reporting.parts import NARROW, WIDE

WIDTHS = (WIDE, NARROW)
LONG = ("W" * 80, "Service desk of the northern region, second line " * 3, "漢字" * 40, "i" * 30, "Ligne 2")
names = st.one_of(st.text(max_size=50), st.sampled_from(LONG))
values = st.one_of(
    st.floats(-1e9, 1e9),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 1e-300, 1e300, math.nan, math.inf, 1.0, -1.0]),
    st.floats(0, 1000),
)
widths = st.sampled_from(WIDTHS)
quick = settings(deadline=None)

Box = tuple[float, float, float, float]


def texts(picture: Markup) -> tuple[float, float, list[tuple[str, Box]]]:
    """Width and height of a picture, and each text with the room it takes in the widest of fonts."""
    root = ElementTree.fromstring(picture)
    _x, _y, width, height = map(float, root.get("viewBox", "").split())
    found = []
    for text in root.iter("text"):
        shown = (text.text or "") + "".join(child.tail or "" for child in text)
        size = float(text.get("font-size", svg.SIZE))
        long = svg.text_width(shown, size) * (svg.BOLD if text.get("class") == "strong" else 1)
        left = float(text.get("x", 0)) - {"end": long, "middle": long / 2}.get(text.get("text-anchor", ""), 0.0)
        base = float(text.get("y", 0))
        if shown.strip():
            found.append((shown, (left, base - size * 0.75, left + long, base + size * 0.2)))
    return width, height, found


def pictures(drawn: Markup) -> list[Markup]:
    """Those that stand below each other."""
    return [Markup(one) for one in re.findall("<svg.*?</svg>", drawn, re.DOTALL)]


def check(picture: Markup) -> None:
    width, height, found = texts(picture)
    for shown, (left, top, right, bottom) in found:
        assert left >= -0.02, shown
        assert right <= width + 0.02, shown
        assert top >= 0, shown
        assert bottom <= height, shown
    for index, (one, a) in enumerate(found):
        for other, b in found[:index]:
            apart = a[2] <= b[0] + 0.02 or b[2] <= a[0] + 0.02 or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (one, other)
    for mark in ElementTree.fromstring(picture).iter():
        for key in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height"):
            assert math.isfinite(float(mark.get(key, 0)))


@quick
@given(st.lists(st.tuples(names, st.lists(values, min_size=3, max_size=3), values, values), max_size=12), widths)
def test_stacked_bars(rows: list[tuple[str, list[float], float, float]], width: float) -> None:
    stacks = [
        charts.Stack(
            name=name, values=three, tips=["a", "b", "c"], remark=f"{sum(three):.9f} days", borders=[(low, high), None]
        )
        for name, three, low, high in rows
    ]
    segments = ["working for him", "waiting for us", LONG[1]]
    check(charts.stacked(stacks, segments, width=width, title="t", description="d", unit="days"))


@quick
@given(st.lists(st.tuples(names, st.lists(values, max_size=30)), max_size=12), names, widths)
def test_columns(series: list[tuple[str, list[float]]], remark: str, width: float) -> None:
    drawn = [charts.Series(name=name, values=them, remark=remark, beside=them[1:]) for name, them in series]
    labels = [f"{index} septembre 2016" for index in range(30)]
    check(charts.columns(drawn, labels, width=width, title="t", description="d"))


@quick
@given(st.lists(st.lists(values, min_size=24, max_size=24), min_size=7, max_size=7), widths)
def test_heat(hours: list[list[float]], width: float) -> None:
    days = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    check(charts.heat(hours, days, width=width, title="t", description="d", tip=lambda row, hour, value: f"{value}"))


@quick
@given(st.lists(st.tuples(names, values, values, values), max_size=12), widths)
def test_dots(rows: list[tuple[str, float, float, float]], width: float) -> None:
    drawn = [charts.Beside(name=name, model=a, half=b, floor=c, tip="tip") for name, a, b, c in rows]
    check(charts.dots(drawn, ("modèle", "répéter le passé", LONG[0]), width=width, title="t", description="d"))


@quick
@given(
    st.lists(
        st.tuples(names, st.lists(st.tuples(names, values, values, values, values, names), max_size=12)), max_size=3
    ),
    widths,
)
def test_forest(panels: list[tuple[str, list[tuple[str, float, float, float, float, str]]]], width: float) -> None:
    drawn = [
        forests.Panel(
            measure=measure,
            effects=[
                forests.Effect(
                    **{"party": party, "difference": value, "low": low, "high": high, "matters": matters},
                    **{"decided": value > 0, "set_directly": value < 1, "text": text, "tip": text},
                )
                for party, value, low, high, matters, text in effects
            ],
        )
        for measure, effects in panels
    ]
    for picture in pictures(forests.forest(drawn, ("falls", LONG[0]), width=width, title="t", description="d")):
        check(picture)


@quick
@given(values, values, widths)
def test_axes(low: float, high: float, width: float) -> None:
    drawn = charts.axis(svg.Scale(low, high, 30.0, width - 100), 40, width, top=0, unit="transmissions")
    check(svg.picture(width, 60, "t", "d", [drawn]))


@pytest.mark.parametrize(
    ("low", "high", "said"), [(5.0, 95.0, ["20", "40", "60", "80"]), (0.3, 0.9, ["0.4", "0.6", "0.8"])]
)
def test_an_axis_has_two_ticks_however_narrow_it_is(low: float, high: float, said: list[str]) -> None:
    """From 5 to 95 stood 50 alone on a telephone, which tells no scale; from 0.3 to 0.9 one half, written as 0."""
    drawn = charts.axis(svg.Scale(low, high, 20.0, 150.0), 40, 350.0, top=0)
    assert re.findall(r'class="tick"[^>]*>([^<]*)<', drawn) == said


def forest(decided: bool, set_directly: bool) -> Markup:
    effect = forests.Effect(
        **{"party": "A", "difference": -2.0, "low": -3.0, "high": -1.0, "matters": 0.5},
        **{"decided": decided, "set_directly": set_directly, "text": "−2 h", "tip": "A −2 h"},
    )
    return forests.forest(
        [forests.Panel(measure="m", effects=[effect])], ("falls", "rises"), width=WIDE, title="t", description="d"
    )


@pytest.mark.parametrize(("decided", "set_directly", "mark"), [
    (True, False, "mark on"),
    (True, True, "mark on hollow"),
    (False, False, "mark off"),
    (False, True, "mark off hollow"),
])  # fmt: skip
def test_hollow_marks_are_by_construction_and_grey_ones_undecided(decided: bool, set_directly: bool, mark: str) -> None:
    (circle,) = ElementTree.fromstring(forest(decided, set_directly)).iter("circle")
    assert circle.get("class") == mark


def position(picture: Markup, tag: str, class_: str, key: str) -> float:
    (found,) = (mark for mark in ElementTree.fromstring(picture).iter(tag) if mark.get("class") == class_)
    return float(found.get(key, "nan"))


def test_a_fall_stands_left_of_zero_within_its_interval_and_outside_of_the_band() -> None:
    drawn = forest(True, False)
    mark, zero = position(drawn, "circle", "mark on", "cx"), position(drawn, "line", "zero", "x1")
    low, high = (position(drawn, "line", "interval on", key) for key in ("x1", "x2"))
    band = position(drawn, "rect", "matters", "x")
    assert low < mark < high < band < zero


def test_what_is_next_to_nothing_stands_next_to_zero() -> None:
    """“0.000 ± 0.000” was drawn far from zero, with an interval from one end of the picture to the other."""
    effect = forests.Effect(
        **{"party": "A", "difference": -1e-6, "low": -1e-5, "high": 1e-6, "matters": 0.5},
        **{"decided": False, "set_directly": False, "text": "0.000", "tip": "A 0.000"},
    )
    panel = forests.Panel(measure="m", effects=[effect])
    drawn = forests.forest([panel], ("falls", "rises"), width=WIDE, title="t", description="d")
    mark, zero = position(drawn, "circle", "mark off", "cx"), position(drawn, "line", "zero", "x1")
    assert mark == pytest.approx(zero, abs=1.0)


@pytest.mark.parametrize(("measures", "pages"), [(0, 1), (14, 1), (15, 2), (40, 3)])
def test_a_forest_that_is_higher_than_a_page_is_drawn_in_several_pictures(measures: int, pages: int) -> None:
    """Paper cuts through what does not fit on it, and leaves its heading alone on the page before."""
    effect = forests.Effect(
        **{"party": "A", "difference": -2.0, "low": -3.0, "high": -1.0, "matters": 0.5},
        **{"decided": True, "set_directly": False, "text": "−2 h", "tip": "A −2 h"},
    )
    panels = [forests.Panel(measure=f"m{n}", effects=[effect]) for n in range(measures)]
    told = {"width": WIDE, "title": "t", "description": "d"}
    found = pictures(forests.forest(panels, ("falls", "rises"), **told))  # type: ignore[arg-type]
    heights = [texts(one)[1] for one in found]
    assert (len(found), max(heights) - min(heights) <= 57) == (pages, True)
    assert max(heights) <= forests.PAGE + 50
    assert [shown for one in found for shown, _box in texts(one)[2] if shown[0] == "m"] == [p.measure for p in panels]
    assert len({line.get("x1") for one in found for line in ElementTree.fromstring(one).iter("line")}) <= 2
    narrow = forests.forest(panels, ("falls", "rises"), **{**told, "width": 340})  # type: ignore[arg-type]
    assert len(pictures(narrow)) == 1


def test_segments_follow_each_other_in_proportion() -> None:
    row = charts.Stack(name="A", values=[1.0, 3.0], tips=["a", "b"])
    root = ElementTree.fromstring(charts.stacked([row], ["x", "y"], width=WIDE, title="t", description="d"))
    first, second = ([rect for rect in root.iter("rect") if rect.get("class") == f"s{index}"][-1] for index in (0, 1))
    assert float(second.get("width", 0)) == pytest.approx(3 * float(first.get("width", 0)), rel=1e-3)
    assert float(second.get("x", 0)) == pytest.approx(float(first.get("x", 0)) + float(first.get("width", 0)), abs=0.02)


def test_a_distance_beyond_the_picture_is_an_arrow_not_a_dot() -> None:
    def drawn(model: float) -> str:
        row = charts.Beside(name="a", model=model, half=0.0, floor=0.1, tip="")
        return charts.dots([row], ("m", "r", "f"), width=WIDE, title="t", description="d")

    assert [drawn(model).count("<circle") for model in (1.0, 50.0)] == [2, 1]


def test_the_busiest_hour_is_the_deepest() -> None:
    hours = [[0.0] * 24 for _ in range(7)]
    hours[2][13] = 4.0
    picture = charts.heat(
        hours, list("abcdefg"), width=WIDE, title="t", description="d", tip=lambda r, h, v: f"{r}/{h}"
    )
    cells = [rect for rect in ElementTree.fromstring(picture).iter("rect") if rect.find("title") is not None]
    deepest = max(cells, key=lambda rect: float(rect.get("fill-opacity", 0)))
    assert (deepest.findtext("title"), len(cells)) == ("2/13", 168)


def test_every_chart_is_drawn_in_both_widths_without_narrow_text() -> None:
    draw: Callable[[float], Markup] = lambda width: forest(True, True)  # noqa: E731
    assert all(
        float(size) >= 11
        for size in [mark.get("font-size", "12") for mark in ElementTree.fromstring(draw(NARROW)).iter("text")]
    )


def test_a_column_without_room_for_its_name_bears_the_first_word_of_it() -> None:
    """The first week of a year is named with it where there is room, and never left without a name."""
    for width, name in ((200.0, "w01"), (600.0, "w01 2024")):
        picture = announcements.triangle(
            [[1.0] * 4] * 4,
            [1.0] * 4,
            ["w49", "w50", "w51", "w52"],
            ["w51", "w52", "w01 2024", "w02"],
            "bought",
            lambda _row, _column: "",
            width=width,
            title="",
            description="",
            heads=("less", "same", "more"),
        )
        assert name in [text for text, _box in texts(picture)[2]]


@pytest.mark.parametrize("width", [340.0, 720.0])
def test_the_line_at_zero_runs_through_no_words(width: float) -> None:
    """On a telephone, where names stand above the marks, it ran through names of measures and parties."""
    effects = [
        forests.Effect(
            party=name,
            difference=d,
            low=d - 1,
            high=d + 1,
            matters=0.5,
            decided=True,
            set_directly=False,
            text="+1",
            tip="",
        )
        for name, d in (("a client with a long name of some fifty characters", 1.0), ("Desk", 2.0))
    ]
    panels = [
        forests.Panel(measure=f"a measure whose name reaches far, {unit}", effects=effects) for unit in ("h", "points")
    ]
    drawn = forests.forest(panels, ("falls", "rises"), width=width, title="t", description="d")
    root = ElementTree.fromstring(drawn)
    zeros = [one for one in root.iter("line") if one.get("class") == "zero"]
    assert zeros
    for text in root.iter("text"):
        x, base = float(text.get("x", 0)), float(text.get("y", 0))
        shown = (text.text or "") + "".join(child.tail or "" for child in text)
        reach = svg.text_width(shown)
        if text.get("text-anchor") == "end" or "tick" in text.get("class", ""):
            continue
        for one in zeros:
            at, top, bottom = (float(one.get(key, 0)) for key in ("x1", "y1", "y2"))
            assert not (x < at < x + reach and top < base - 3 and base - 9 < bottom), shown
