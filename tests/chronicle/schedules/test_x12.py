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
