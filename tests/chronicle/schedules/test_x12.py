"""What single segments of an 830 and of an 862 mean, in the order of the segment tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from .wrapped import read, x12

PARTIES = ("N1*BY*ACME*92*ACME", "N1*ST**92*W1")
CUMULATIVE = ("BFR*05**R1*DL*C*20240108*20240205*20240108", *PARTIES)


@pytest.mark.parametrize("got", ["ATH*PQ*20240105*1000**20230701", "SHP*02*1000*051*20230701**20240104"])
@pytest.mark.parametrize("first", [True, False])
def test_totals_count_from_what_was_received_wherever_it_is_told(got: str, first: bool, tmp_path: Path) -> None:
    """In the segment table, it stands behind the forecasts of its part."""
    lines = []
    for part in (1, 2):
        quantities = [f"FST*{part}100*C*W*20240108", f"FST*{part}250*D*W*20240115"]
        total = got.replace("*1000*", f"*{part}000*")
        lines += [f"LIN**BP*P{part}", "UIT*EA", *([total, *quantities] if first else [*quantities, total])]
    found = read(tmp_path, [x12(*CUMULATIVE, *lines)])
    rows = found.schedules.sort("part", "period")
    assert rows["quantity"].to_list() == [100.0, 150.0] * 2
    assert found.problems == ()


def test_what_is_required_before_goes_before_what_was_received(tmp_path: Path) -> None:
    got = ("ATH*PQ*20240105*1000**20230701", "SHP*02*980*051*20230701**20240104")
    for at, both in enumerate((got, got[::-1])):
        folder = tmp_path / str(at)
        folder.mkdir()
        text = x12(*CUMULATIVE, "LIN**BP*P1", "UIT*EA", "FST*1100*C*W*20240108", *both)
        assert read(folder, [text]).schedules["quantity"].to_list() == [100.0]


PLAIN = ("BFR*05**R1*DL*A*20240108*20240205*20240108", *PARTIES)
SECOND = ("FST*450*D*W*20240115", "SDQ*EA*92*A*150", "SDQ*EA*92*C*300")
FOR_PLANTS = ("FST*300*C*W*20240108", "SDQ*EA*92*A*100*B*200", *SECOND)


def test_what_is_announced_for_each_plant_is_read_for_each(tmp_path: Path) -> None:
    rest = ("FST*7*D*W*20240122", "SHP*01*3*011*20240104")
    found = read(tmp_path, [x12(*PLAIN, "LIN**BP*P1", "UIT*EA", *FOR_PLANTS, *rest)])
    rows = found.schedules.filter(kind="forecast").sort("period", "plant")
    assert rows["plant"].to_list() == ["A", "B", "A", "C", "W1"]
    assert rows["quantity"].to_list() == [100.0, 200.0, 150.0, 300.0, 7.0]
    assert rows["firm"].to_list() == [True, True, False, False, False]
    assert found.problems == ()


def test_totals_for_each_plant_do_not_count_from_what_all_received(tmp_path: Path) -> None:
    totals = ("FST*300*C*W*20240108", "SDQ*EA*92*A*100*B*200", "FST*450*D*W*20240115", "SDQ*EA*92*A*150*B*300")
    found = read(tmp_path, [x12(*CUMULATIVE, "LIN**BP*P1", *totals, "SHP*02*250*051*20230701**20240104")])
    assert found.schedules.sort("plant")["quantity"].to_list() == [50.0, 100.0]
    assert [(one.code, one.count) for one in found.problems] == [("first total", 2)]


@pytest.mark.parametrize(
    ("shares", "problem", "quantities"),
    [
        (("SDQ*EA*92*A*100*B*250",), "unequal sum", [100.0, 250.0]),
        (("SDQ*EA*92*A*300*B",), "unread quantity", [300.0]),
        (("SDQ*EA*92*A*x",), "unread quantity", [300.0]),
        (("CTT*1", "LIN**BP*P2", "SDQ*EA*92*A*9"), "unread quantity", [300.0]),
    ],
)
def test_shares_that_cannot_be_right_are_told_with_their_places(
    shares: tuple[str, ...], problem: str, quantities: list[float], tmp_path: Path
) -> None:
    found = read(tmp_path, [x12(*PLAIN, "LIN**BP*P1", "FST*300*C*W*20240108", *shares)])
    assert sorted(found.schedules["quantity"]) == quantities
    assert [(one.code, one.count) for one in found.problems] == [(problem, 1)]
    assert "segment" in found.problems[0].places[0]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", ["830", "862"])
@pytest.mark.parametrize("purpose", ["01", "03", "17"])
@pytest.mark.parametrize("counted", ["A", "C"])
def test_a_schedule_that_is_cancelled_announces_nothing_and_is_told(
    kind: str, purpose: str, counted: str, tmp_path: Path
) -> None:
    heads = {
        "830": f"BFR*{purpose}**R1*DL*{counted}*20240108*20240205*20240108",
        "862": f"BSS*{purpose}*R1*20240108*DL*20240108*20240205*R1****{counted}",
    }
    forecasts = ("FST*300*C*W*20240108", "FST*400*C*W*20240115", "SDQ*EA*92*A*100*B*300")
    found = read(tmp_path, [x12(heads[kind], *PARTIES, "LIN**BP*P1", *forecasts, kind=kind)])
    assert found.schedules["quantity"].to_list() == [0.0, 0.0, 0.0]
    assert [(one.code, one.count) for one in found.problems] == [("plan taken back", 1)]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("every", "end"),
    [
        ("D", "2024-04-02"), ("C", "2024-04-02"), ("W", "2024-04-08"), ("X", "2024-04-08"), ("T", "2024-04-29"),
        ("M", "2024-05-01"), ("Q", "2024-07-01"), ("S", "2024-10-01"), ("A", "2025-04-01"),
    ],
)  # fmt: skip
def test_forecasts_last_as_long_as_they_say(every: str, end: str, tmp_path: Path) -> None:
    found = read(tmp_path, [x12(*PLAIN, "LIN**BP*P1", "FST*320*C*W*20240325", f"FST*900*D*{every}*20240401")])
    assert f"{found.schedules.sort('period')['until'][1]:%Y-%m-%d}" == end


def test_a_code_that_does_not_tell_what_is_firm_is_told(tmp_path: Path) -> None:
    quantities = ("FST*300*C*W*20240108", "FST*450*P*W*20240115")
    found = read(tmp_path, [x12(*PLAIN, "LIN**BP*P1", "UIT*EA", *quantities)])
    assert found.schedules.sort("period")["firm"].to_list() == [True, None]
    assert [(one.code, one.count) for one in found.problems] == [("unknown code", 1)]
