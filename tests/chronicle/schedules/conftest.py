"""Writers of messages: what the readers must read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from irrupt.chronicle.schedules.invented import Client, history


def plans(frame: pl.DataFrame) -> list[tuple[tuple[Any, ...], pl.DataFrame]]:
    """The planned rows, plan by plan."""
    planned = frame.filter(pl.col("kind") != "delivered")
    return list(planned.group_by("client", "plan", "issued", maintain_order=True))


def edifact(frame: pl.DataFrame, *, release: str = "97A", kind: str = "DELFOR", release_char: str = "?") -> list[str]:
    """One interchange for each plan: in 96A quantities stand before their conditions, later behind them."""
    found = []
    for number, ((client, plan, issued), rows) in enumerate(plans(frame), start=1):
        body = [
            f"UNH+{number}+{kind}:D:{release}:UN",
            f"BGM+241+{plan}+5",
            f"DTM+137:{issued:%Y%m%d}:102",
            f"NAD+BY+{client}::92",
        ]
        for (plant, part), own in rows.group_by("plant", "part", maintain_order=True):
            body += [f"NAD+ST+{plant}::92", f"LIN+++{part}:IN"]
            if kind == "DELJIT":
                body.insert(-1, "SEQ+1")
            for row in own.iter_rows(named=True):
                scc = f"SCC+{1 if row['firm'] else 4}++W"
                quantity = f"QTY+113:{row['quantity']:g}:PCE"
                date = f"DTM+2:{row['period']:%Y%m%d}:102"
                body += [quantity, scc, date] if release == "96A" or kind == "DELJIT" else [scc, quantity, date]
        body.append(f"UNT+{len(body) + 1}+{number}")
        whole = ["UNA:+.? ", "UNB+UNOC:3+SENDER+US+240101:0800+1", *body, "UNZ+1+1"]
        found.append("'\n".join(whole)[:9].replace("\n", "") + "\n" + "'\n".join(whole[1:]) + "'\n")
    return [text.replace("UNA:+.? '", "UNA:+.? '") if text.startswith("UNA") else text for text in found]


def x12(frame: pl.DataFrame, *, kind: str = "830") -> list[str]:
    """One interchange for each plan."""
    found = []
    for number, ((client, plan, issued), rows) in enumerate(plans(frame), start=1):
        opening = (
            f"BFR*05**{plan}*DL*A*{issued:%Y%m%d}*{issued:%Y%m%d}*{issued:%Y%m%d}"
            if kind == "830"
            else f"BSS*05*{plan}*{issued:%Y%m%d}*DL*{issued:%Y%m%d}*{issued:%Y%m%d}*{plan}****A"
        )
        body = [f"ST*{kind}*{number:04d}", opening, f"N1*BY*{client}*92*{client}"]
        for (plant, part), own in rows.group_by("plant", "part", maintain_order=True):
            body += [f"N1*ST**92*{plant}", f"LIN**BP*{part}"]
            body += [
                f"FST*{row['quantity']:g}*{'C' if row['firm'] else 'D'}*W*{row['period']:%Y%m%d}"
                for row in own.iter_rows(named=True)
            ]
        body.append(f"SE*{len(body) + 1}*{number:04d}")
        isa = (
            "ISA*00*          *00*          *ZZ*SENDER         *ZZ*US             *240101*0800*U*00401*000000001*0*P*>"
        )
        found.append(
            "~\n".join([isa, "GS*PS*SENDER*US*20240101*0800*1*X*004010", *body, "GE*1*1", "IEA*1*000000001", ""])
        )
    return found


def vda4905(frame: pl.DataFrame, *, breaks: bool = True, in_weeks: bool = False) -> list[str]:
    """One transmission for each plan; dates as days, or as weeks behind the code that announces them."""
    found = []
    for (client, plan, issued), rows in plans(frame):
        lines = [f"51102{client[:9]:<9}{'US':<9}{0:05d}{1:05d}{issued:%y%m%d}000000"]
        for (plant, part), own in rows.group_by("plant", "part", maintain_order=True):
            lines.append(f"51201{plant[-3:]:>3}{plan:<9}{issued:%y%m%d}{'':<9}{'':<6}{part:<22}{'':<22}")
            pairs = [(f"{row['period']:%y%m%d}", row["quantity"]) for row in own.iter_rows(named=True)]
            if in_weeks:
                weeks = [row["period"].isocalendar() for row in own.iter_rows(named=True)]
                pairs = [
                    (f"{w.year % 100:02d}{w.week:02d}{w.week:02d}", q) for w, (_d, q) in zip(weeks, pairs, strict=True)
                ]
                pairs.insert(0, ("555555", 0))
            pairs += [("000000", 0)]
            text = [f"{date}{int(quantity):09d}" for date, quantity in pairs]
            lines.append(
                "51301" + f"{issued:%y%m%d}{'NOTE1':<8}{issued:%y%m%d}{250_000:012d}{1000:010d}" + "".join(text[:5])
            )
            lines += ["51401" + "".join(text[at : at + 8]) for at in range(5, len(text), 8)]
        counts = [sum(line[:3] == kind for line in lines) for kind in ("511", "512", "513", "514", "517", "518")]
        lines.append("51901" + "".join(f"{n:07d}" for n in [*counts, 1, 0]))
        found.append(("\r\n" if breaks else "").join(line.ljust(128) for line in lines))
    return found


def vda4915(frame: pl.DataFrame) -> list[str]:
    """One detailed call-off for each plan."""
    found = []
    for (client, plan, issued), rows in plans(frame):
        lines = [f"55102{client[:9]:<9}{'US':<9}{0:05d}{1:05d}{issued:%y%m%d}000000"]
        for (plant, part), own in rows.group_by("plant", "part", maintain_order=True):
            lines.append(f"55202{plant[-3:]:>3}{plan:<9}{issued:%y%m%d}{part:<22}{'':<22}")
            text = [f"{row['period']:%y%m%d}0600{int(row['quantity']):09d} " for row in own.iter_rows(named=True)]
            lines += ["55402" + "".join(text[at : at + 6]) for at in range(0, len(text), 6)]
        lines.append("55902")
        found.append("\n".join(line.ljust(128) for line in lines))
    return found


WRITERS: dict[str, Callable[[pl.DataFrame], list[str]]] = {
    "DELFOR D.97A": edifact,
    "DELFOR D.04A": lambda frame: edifact(frame, release="04A"),
    "DELFOR D.96A": lambda frame: edifact(frame, release="96A"),
    "DELJIT D.97A": lambda frame: edifact(frame, kind="DELJIT"),
    "X12 830": x12,
    "X12 862": lambda frame: x12(frame, kind="862"),
    "VDA 4905": vda4905,
    "VDA 4905 without breaks": lambda frame: vda4905(frame, breaks=False),
    "VDA 4905 in weeks": lambda frame: vda4905(frame, in_weeks=True),
    "VDA 4915": vda4915,
}


@pytest.fixture(scope="session")
def invented() -> pl.DataFrame:
    """A short history of two clients, with several parts and plants."""
    clients = (Client(name="ACME", plants=2, frozen=2), Client(name="BOLT", moves=0.3, parts=1))
    return history(clients, weeks=5, horizon=9, seed=3, begin=datetime.fromisoformat("2024-12-02T00:00:00+00:00"))


@pytest.fixture(params=list(WRITERS))
def folder(request: pytest.FixtureRequest, invented: pl.DataFrame, tmp_path: Path) -> Path:
    """The history as a folder of messages, in each standard in turn."""
    for number, text in enumerate(WRITERS[request.param](invented)):
        (tmp_path / f"{number:03d}.edi").write_bytes(text.encode("latin-1"))
    return tmp_path


@pytest.fixture
def messages() -> dict[str, Callable[[pl.DataFrame], list[str]]]:
    """Writers by name."""
    return WRITERS
