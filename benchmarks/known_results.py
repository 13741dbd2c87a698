"""Known results, by the whole path: the figures and plots of docs/known-results.md.

    python benchmarks/known_results.py [--replications N]

Writes docs/images/known-rush.svg and docs/images/known-bullwhip.svg, and prints the tables.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from markupsafe import Markup

from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.ledgers.bullwhip import bullwhip, order_up_to, orders_up_to
from irrupt.organisation import Client
from irrupt.regulation.acts import Priority
from irrupt.reporting import charts, svg
from irrupt.reporting.svg import Scale, label, line

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LOAD, CASES = 0.85, 1000.0
SERVICE = LOAD * 168 / CASES
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
WIDTH, HEIGHT, LEFT, TOP = 640.0, 240.0, 44.0, 34.0
COLOURS = ("#1f5a8c", "#dd8a2e", "#5d6670")
STYLE = Markup(
    "<style>text{font-family:system-ui,sans-serif;fill:#22272e}.tick,.soft{fill:#5d6670}"
    ".hair{stroke:#e9e5db}.rule{stroke:#d9d5cb}.reference{stroke:#22272e;stroke-dasharray:3 3}"
    + "".join(f".l{n}{{stroke:{c};fill:none;stroke-width:1.6}}.s{n}{{fill:{c}}}" for n, c in enumerate(COLOURS))
    + "</style>"
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is found, point by point with intervals, and what the theory says."""

    name: str
    found: Sequence[float]
    half: Sequence[float]
    theory: Sequence[float]


def plot(
    lines: Sequence[Line],
    across: Sequence[float],
    unit: str,
    title: str,
    mark: float | None = None,
    labels: Sequence[str] | None = None,
) -> Markup:
    """Dots with intervals on the curves of the theory."""
    marks, _height = charts.legend(
        [(one.name, lambda x, y, at=at: svg.dot(x, y, f"s{at}", radius=3.5)) for at, one in enumerate(lines)],  # type: ignore[misc]
        WIDTH,
    )
    most = max(value for one in lines for value in (*one.theory, *one.found))
    up = svg.ticks(0.0, most, 5)
    high = Scale(0.0, max(most, up[-1]), TOP + HEIGHT, TOP)
    wide = Scale(min(across), max(across), LEFT + 10, WIDTH - 14)
    for tick in up:
        marks += line(LEFT, high(tick), WIDTH, high(tick), "hair")
        marks += label(LEFT - 6, high(tick) + 4, f"{tick:g}", anchor="end", class_="tick", size=11)
    for x, text in zip(across, labels or [f"{x:g}" for x in across], strict=True):
        marks += label(wide(x), TOP + HEIGHT + 15, text, anchor="middle", class_="tick", size=11)
    if mark is not None:
        marks += line(LEFT, high(mark), WIDTH, high(mark), "reference")
    for at, one in enumerate(lines):
        points = " ".join(f"{svg.fixed(wide(x))},{svg.fixed(high(y))}" for x, y in zip(across, one.theory, strict=True))
        marks += svg.tag("polyline", points=points, class_=f"l{at}")
        for x, y, half in zip(across, one.found, one.half, strict=True):
            marks += line(wide(x), high(y - half), wide(x), high(y + half), f"l{at}")
            marks += svg.dot(wide(x), high(y), f"s{at}", radius=3.0)
    marks += label(WIDTH / 2, TOP + HEIGHT + 32, unit, anchor="middle", class_="soft", size=11)
    return svg.picture(WIDTH, TOP + HEIGHT + 38, title, title, [STYLE, marks])


def rush(replications: int) -> list[dict[str, float]]:
    """For each share of rush orders: waits in service times, without and with priority."""
    rows = []
    for share in SHARES:
        clients = {"Rush": Client(cases_per_week=CASES * share), "Usual": Client(cases_per_week=CASES * (1 - share))}
        organisation = replace(counter(LOAD, CASES), clients=clients)
        told = compare(organisation, Priority(client="Rush", team="Desk"), replications=replications, weeks=52)
        waits = told.effects.filter(pl.col("measure") == "waiting for us")
        of = {row["party"]: row for row in waits.to_dicts()}
        others = of["other clients"]
        rows.append(
            {
                "share": share,
                "rush": of["Rush"]["with"] / SERVICE,
                "rush, theory": LOAD / (1 - LOAD * share),
                "others": others["with"] / SERVICE,
                "others, theory": LOAD / (1 - LOAD * share) / (1 - LOAD),
                "all": of["all clients"]["with"] / SERVICE,
                "times": others["with"] / others["without"],
                "times, theory": 1 / (1 - LOAD * share),
                "half": (others["high"] - others["low"]) / 2 / others["without"],
            }
        )
    return rows


def ordered(lead_time: int, periods: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Orders of an order-up-to policy, and the autoregressive demand behind them."""
    noise = np.random.default_rng(1).normal(0.0, 5.0, 400_000)
    demand, last = np.empty_like(noise), 0.0
    for at, shock in enumerate(noise.tolist()):
        last = correlation * last + shock
        demand[at] = 100.0 + last
    return orders_up_to(demand, lead_time, periods), demand[periods:]


def save(name: str, drawn: Markup) -> None:
    """Write a picture that stands alone."""
    alone = str(drawn).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fdfcf9"', 1)
    (IMAGES / name).write_text(alone + "\n", encoding="utf-8")


def main() -> None:
    """Run, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=40)
    asked = parser.parse_args()
    found = rush(asked.replications)
    for row in found:
        print(" | ".join(f"{name} {value:.3f}" for name, value in row.items()))
    curve = Line(
        "wait of ordinary orders, as a multiple of their wait without rush",
        [row["times"] for row in found],
        [row["half"] for row in found],
        [row["times, theory"] for row in found],
    )
    shares = [100 * share for share in SHARES]
    drawn = plot([curve], shares, "share of rush orders, %", "Rush orders make others wait", mark=2.0)
    save("known-rush.svg", drawn)
    draw_bullwhip()


def draw_bullwhip() -> None:
    """The bullwhip ratio by how many periods are added up."""
    lines, over = [], (1, 2, 4, 8, 16, 32, 64)
    for lead_time, periods, correlation in ((2, 5, 0.0), (3, 5, 0.5), (4, 10, -0.3)):
        orders, demand = ordered(lead_time, periods, correlation)
        ratios = [bullwhip(orders, demand, over=several) for several in over]
        print(
            (lead_time, periods, correlation),
            f"{order_up_to(lead_time, periods, correlation):.3f}",
            np.round(ratios, 3),
        )
        name = f"lead time {lead_time}, forecast over {periods}, correlation {correlation:g}"
        lines.append(Line(name, ratios, [0.0] * len(over), ratios))
    drawn = plot(
        lines,
        [float(np.log2(several)) for several in over],
        "periods added up",
        "Bullwhip",
        labels=list(map(str, over)),
    )
    save("known-bullwhip.svg", drawn)


if __name__ == "__main__":
    main()
