"""Schedule histories with known faults, invented: for trying things out, for tests and benchmarks.

Forecasts change as in the martingale model of forecast evolution (Heath & Jackson 1994): week by week, what is
announced for a week moves by a random factor, until it comes within the frozen horizon and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a client announces."""

    name: str
    parts: int = 3
    plants: int = 1
    moves: float = 0.1
    """Standard deviation of the weekly move of a forecast, as a share of it."""
    frozen: int = 2
    """How many weeks, from the one that begins, are announced as they will be bought; at least one."""
    announced: int = 2
    """How many weeks, from the one that begins, are marked as firm."""
    inflation: float = 0.0
    """By how much, as a share, forecasts beyond the frozen horizon are above what is bought in the mean."""
    level: float = 400.0
    """Mean quantity of a part in a week."""


CLIENTS = (
    Client(name="Steady", moves=0.03, frozen=4, announced=4),
    Client(name="Nervous", moves=0.25, frozen=1, announced=4, inflation=0.15),
)


def history(
    clients: tuple[Client, ...] = CLIENTS,
    *,
    weeks: int = 60,
    horizon: int = 16,
    seed: int = 1,
    begin: datetime = datetime(2023, 1, 2, tzinfo=UTC),
) -> pl.DataFrame:
    """Plans issued every Monday for *horizon* weeks ahead (this week is the first), and what was delivered.

    The columns are `client`, `plant`, `part`, `plan`, `issued`, `period`, `quantity`, `firm` and `kind`; rows are in
    the order of issue. The same *seed* gives the same history.

    >>> history(weeks=4, horizon=2).group_by("kind").len().sort("kind").rows()
    [('delivered', 24), ('forecast', 48)]
    """
    frames = [
        _of_part(client, part, weeks, horizon, np.random.default_rng([seed, at, part]), begin)
        for at, client in enumerate(clients)
        for part in range(client.parts * client.plants)
    ]
    return pl.concat(frames).sort("issued", "client", "plant", "part", "kind", "period")


def _of_part(
    client: Client, part: int, weeks: int, horizon: int, luck: np.random.Generator, begin: datetime
) -> pl.DataFrame:
    spread = client.moves
    moves = luck.normal(-spread * spread / 2, spread, (weeks + horizon, horizon))
    still = max(client.frozen, 1)
    moves[:, : still - 1] = 0.0
    # What was announced for a week with l weeks ahead is what was bought without the last l moves.
    level = client.level * (0.5 + luck.random()) * np.exp(moves.sum(axis=1))
    ahead = np.concatenate([np.zeros((weeks + horizon, 1)), np.cumsum(moves, axis=1)[:, :-1]], axis=1)
    announced = level[:, None] * np.exp(-ahead)
    announced[:, still:] *= 1 + client.inflation
    issue, lead = np.meshgrid(np.arange(weeks), np.arange(horizon), indexing="ij")
    due = issue + lead
    planned = {
        "issue": issue.ravel(),
        "due": due.ravel(),
        "quantity": np.round(announced[due, lead]).ravel(),
        "firm": (lead < client.announced).ravel(),
    }
    bought = {"issue": np.arange(weeks), "due": np.arange(weeks), "quantity": np.round(level[:weeks])}
    parts = [
        pl.DataFrame(planned).with_columns(kind=pl.lit("forecast")),
        pl.DataFrame(bought).with_columns(firm=pl.lit(None, dtype=pl.Boolean), kind=pl.lit("delivered")),
    ]
    start = pl.lit(begin, dtype=pl.Datetime("us", "UTC"))
    plan = pl.when(pl.col("kind") == "forecast").then(pl.format("{}", pl.col("issue") + 1))
    return pl.concat(parts).select(
        client=pl.lit(client.name),
        plant=pl.lit(f"{client.name} {1 + part % client.plants}"),
        part=pl.lit(f"{client.name[:1]}{1 + part // client.plants:03d}"),
        plan=plan,
        issued=start + pl.duration(days=7 * pl.col("issue")),
        period=start + pl.duration(days=7 * pl.col("due")),
        quantity="quantity",
        firm="firm",
        kind="kind",
    )
