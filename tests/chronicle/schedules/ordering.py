"""A client who announces, orders, changes his mind and is delivered to: as messages, and as what they should say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
Line = tuple[str, str, dict[datetime, float]]
"""Plant, part, day -> quantity."""


@dataclass
class History:
    """Messages, each with its day, and what is ordered and delivered."""

    release: str = "96A"
    messages: list[tuple[datetime, str]] = field(default_factory=list)
    said: list[tuple[datetime, tuple[str, str], Line]] = field(default_factory=list)
    """When a line of an order became what."""
    delivered: dict[tuple[str, str, datetime], float] = field(default_factory=dict)

    def add(self, day: datetime, kind: str, number: str, function: str, body: list[str]) -> None:
        parties = ["NAD+BY+ACME::92", "NAD+SU+US::92"]
        head = [f"UNH+{len(self.messages) + 1}+{kind}:D:{self.release}:UN", f"BGM+220+{number}+{function}"]
        whole = [*head, f"DTM+137:{day:%Y%m%d}:102", *body[:1], *parties, *body[1:]]
        whole = [one for one in whole if one]
        whole.append(f"UNT+{len(whole) + 1}+{len(self.messages) + 1}")
        ends = ("US", "ACME") if kind == "DESADV" else ("ACME", "US")
        text = ["UNA:+.? ", f"UNB+UNOC:3+{ends[0]}+{ends[1]}+240101:0800+1", *whole, "UNZ+1+1"]
        self.messages.append((day, "'\n".join(text) + "'\n"))

    def books(self) -> dict[tuple[str, str, datetime], dict[datetime, float]]:
        """Plant, part, day of issue -> what is ordered for when, from the week of that day on; by brute force."""
        found = {}
        for issued in sorted({when for when, _line, _what in self.said}):
            now = {line: what for when, line, what in self.said if when <= issued}
            touched = set()
            for line in {line for when, line, _what in self.said if when == issued}:
                states = [what for when, one, what in self.said if one == line and when <= issued]
                touched |= {state[:2] for state in states[-2:]}
            monday = issued - timedelta(days=issued.weekday())
            for plant, part in touched:
                due: dict[datetime, float] = {}
                for own_plant, own_part, days in now.values():
                    if (own_plant, own_part) == (plant, part):
                        for day, quantity in days.items():
                            due[day] = due.get(day, 0.0) + quantity
                found[plant, part, issued] = {day: q for day, q in due.items() if day >= monday and q}
        return found


def line_of(number: int, part: str, days: dict[datetime, float], action: str = "", *, scheduled: bool) -> list[str]:
    """A line of an order: one date behind the quantity, or a schedule."""
    opening = [f"LIN+{number}+{action}+{part}:IN", f"QTY+21:{sum(days.values()):g}:PCE"]
    if not scheduled:
        return [*opening, f"DTM+2:{next(iter(days)):%Y%m%d}:102"]
    return [
        *opening,
        *(one for day, q in days.items() for one in ("SCC+1", f"QTY+113:{q:g}:PCE", f"DTM+2:{day:%Y%m%d}:102")),
    ]


def ordered(seed: int, *, weeks: int = 8, release: str = "96A") -> History:
    """Orders every Monday for days of the next weeks; changes and cancellations on any day; deliveries when due."""
    random = np.random.default_rng(seed)
    made = History(release)
    open_lines: dict[tuple[str, str], Line] = {}
    for week in range(weeks):
        monday, number = BEGIN + timedelta(weeks=week), f"A{week:03d}"
        body, plant = ["", f"NAD+ST+W{1 + week % 2}::92", "LOC+11+GATE"], f"W{1 + week % 2}"
        for place, part in enumerate(("P1", "P2"), start=1):
            days = {
                monday + timedelta(days=int(at)): float(random.integers(1, 9) * 10)
                for at in sorted(random.choice(np.arange(1, 20), 1 + int(random.integers(3)), replace=False))
            }
            body += line_of(place, part, days, scheduled=len(days) > 1)
            open_lines[number, str(place)] = (plant, part, days)
            made.said.append((monday, (number, str(place)), (plant, part, days)))
        made.add(monday, "ORDERS", number, "9", body)
        later = monday + timedelta(days=int(random.integers(1, 6)))
        ahead = [key for key, (_plant, _part, days) in open_lines.items() if days and min(days) > later]
        for order, line in [key for key in ahead if random.random() < 0.3]:
            plant, part, days = open_lines[order, line]
            if random.random() < 0.3:
                made.add(later, "ORDCHG", f"C{len(made.messages)}", "4", [f"RFF+ON:{order}", f"LIN+{line}+2+{part}:IN"])
                days = {}
            elif len(days) == 1 and random.random() < 0.5:
                (day, quantity), moved = *days.items(), int(random.integers(1, 9))
                days = {day + timedelta(days=moved): quantity}
                body = [f"RFF+ON:{order}", f"LIN+{line}+3+{part}:IN", f"DTM+2:{next(iter(days)):%Y%m%d}:102"]
                made.add(later, "ORDCHG", f"C{len(made.messages)}", "4", body)
            else:
                days = {day: quantity + 5.0 for day, quantity in days.items()}
                body = [f"RFF+ON:{order}", *line_of(int(line), part, days, "3", scheduled=len(days) > 1)]
                made.add(later, "ORDCHG", f"C{len(made.messages)}", "4", body)
            open_lines[order, line] = (plant, part, days)
            made.said.append((later, (order, line), (plant, part, days)))
    for place, ((order, _line), (plant, part, days)) in enumerate(open_lines.items()):
        for day, quantity in days.items():
            body = [f"DTM+{('35', '17', '11')[place % 3]}:{day:%Y%m%d}:102", f"NAD+ST+{plant}::92"]
            body += ["CPS+1", f"LIN+1++{part}:IN", f"QTY+12:{quantity:g}:PCE", f"RFF+ON:{order}"]
            made.add(day, "DESADV", f"D{len(made.messages)}", "9", body)
            made.delivered[plant, part, day] = made.delivered.get((plant, part, day), 0.0) + quantity
    return made
