"""How well it is told whose act an activity is: against the public logs with known acts, and lists of labels.

    python benchmarks/whose_act.py                 agreement and recall, also with labels replaced by codes
    python benchmarks/whose_act.py --fit           leave one log out, and the weights of behaviour learned from all logs

Logs and the table of known acts are looked for in ../shared/data, and worlds of known behaviour in ../shared/arena.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.cases import case, names
from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.behaviour import NAMES, behaviour
from irrupt.chronicle.client import whose_acts
from irrupt.chronicle.labels import Setting, read_label, setting_of
from irrupt.chronicle.likeness import judged_labels, likeness
from irrupt.chronicle.model import Role
from irrupt.chronicle.told import ACT, INSIDE, ROLES, TOWARD, WAITING
from irrupt.engine import simulate

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
FILES = {
    "bpic2012": "data/bpic2012.xes.gz",
    "road_traffic_fines": "data/road_traffic_fines.xes.gz",
    "receipt_wabo": "data/receipt.xes.gz",
    "bpic2013_incidents": "data/bpic2013_incidents.xes.gz",
    "uci498_servicenow": "data/uci498_incidents.csv.gz",
    "helpdesk": "data/helpdesk.xes.gz",
    "teleclaims": "data/teleclaims.xes.gz",
}
ROLE_OF: dict[str, Role] = {
    "client_act": ACT, "toward_client": TOWARD, "waiting_on_client": WAITING, "inside": INSIDE,
}  # fmt: skip
WORLDS: dict[str, dict[Role, str]] = {
    "chemicals_order_to_delivery": {
        ACT: "Client confirms specification; Order received",
        TOWARD: "Clarify specification; Ship order",
        INSIDE: "Re-blend batch; Fill and pack; Prepare certificate and papers; Produce batch; "
        "Check order; Analyse sample",
    },
    "municipality_permits": {
        ACT: "Applicant supplies document; Application filed",
        TOWARD: "Ask for missing document; Notify applicant",
        INSIDE: "Read legally; Decide; Review technically; Check completeness",
    },
    "telecom_service_desk": {
        ACT: "Caller gives up; Caller reports fault again; Ticket opened",
        INSIDE: "Repair on site; Repair remotely; Test line; Diagnose fault; Close ticket",
    },
}
RIDGE = 2.0

Truth = Mapping[str, Role]
Floats = npt.NDArray[np.float64]


def truths() -> dict[str, dict[str, Role]]:
    """Log -> activity -> role, of the published table; rows that say `unknown` are left out."""
    found: dict[str, dict[str, Role]] = {}
    with (SHARED / "data/client_acts.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["log"] in FILES and row["role"] in ROLE_OF and row["basis"] != "unknown":
                label = row["activity_or_rule"].removeprefix("lifecycle=")
                found.setdefault(row["log"], {})[label] = ROLE_OF[row["role"]]
    return found


def known_role(activity: str, truth: Truth) -> Role | None:
    """The role of *activity*, also where it is a state behind a slash."""
    return truth.get(activity) or truth.get(activity.split(" / ")[-1])


def coded(chronicle: Chronicle) -> tuple[pl.DataFrame, dict[str, str]]:
    """The events with codes for labels, and code -> label."""
    labels = chronicle.activities()
    code = {label: f"{number:03d}" for number, label in enumerate(labels)}
    events = chronicle.events.with_columns(pl.col("activity").replace_strict(code, default=None))
    return events, {value: key for key, value in code.items()}


def judged(pairs: Sequence[tuple[Role, Role]]) -> dict[str, object]:
    """Agreement of (true, told) pairs; the share that is answered (coverage), and what of it is right (precision)."""
    right = sum(true == told for true, told in pairs)
    answered = [(true, told) for true, told in pairs if told != "unknown"]
    recall = {
        role: [sum(true == told == role for true, told in pairs), sum(true == role for true, _ in pairs)]
        for role in ROLES
    }
    precise = {
        role: [sum(true == told == role for true, told in pairs), sum(told == role for _, told in pairs)]
        for role in ROLES
    }
    return {
        "rows": len(pairs),
        "agreement": round(right / max(len(pairs), 1), 3),
        "coverage": round(len(answered) / max(len(pairs), 1), 3),
        "precision": round(right / max(len(answered), 1), 3),
        "recall": recall,
        "precision by role": precise,
    }


def of_logs(chronicles: Mapping[str, Chronicle], truth: Mapping[str, Truth]) -> dict[str, object]:
    """Labels and behaviour together, and behaviour alone."""
    both: list[tuple[Role, Role]] = []
    alone: list[tuple[Role, Role]] = []
    for name, chronicle in chronicles.items():
        found = whose_acts(chronicle.events, chronicle.timezone)
        both += [(role, one.role) for one in found if (role := known_role(one.activity, truth[name]))]
        events, label_of = coded(chronicle)
        found = whose_acts(events, chronicle.timezone)
        alone += [(role, one.role) for one in found if (role := known_role(label_of[one.activity], truth[name]))]
    return {"labels and behaviour": judged(both), "codes for labels": judged(alone)}


def of_other_logs() -> dict[str, object]:
    """Codes for labels in logs by which no sign was chosen: public ones, and one of each bundled case; the roles that
    their labels tell count as true."""
    logs = {path.parent.name: read(path) for path in sorted((SHARED / "arena/split").glob("*/train.csv.gz"))}
    logs |= {name: simulate(case(name).organisation, weeks=26, seed=5) for name in names()}
    pairs: list[tuple[Role, Role]] = []
    for chronicle in logs.values():
        told = {one.activity: one.role for one in whose_acts(chronicle.events, chronicle.timezone)}
        events, label_of = coded(chronicle)
        found = whose_acts(events, chronicle.timezone)
        pairs += [(role, one.role) for one in found if (role := told[label_of[one.activity]]) != "unknown"]
    return {"logs": len(logs), **judged(pairs)}


def of_labels() -> dict[str, object]:
    """Lists of labels in eight languages, each told by rules and by the labels of all other lists; where a list names
    the log of each, labels are read together with the others of their log."""
    found = {}
    lists = dict.fromkeys(one.list for one in judged_labels())
    for name in lists:
        rows = [one for one in judged_labels() if one.list == name]
        labels: dict[str, list[str]] = {}
        for row in rows:
            labels.setdefault(row.log, []).append(row.label)
        setting = {log: (setting_of(some) if log else Setting())._replace(known=True) for log, some in labels.items()}
        told = [read_label(row.label, setting[row.log], likeness(name)) for row in rows]
        pairs: list[tuple[Role, Role]] = [
            (row.role, one.role if one is not None and one.sure >= 0.5 else "unknown")
            for row, one in zip(rows, told, strict=True)
        ]
        found[name] = judged(pairs)
    return found


def fitted(values: Floats, roles: npt.NDArray[np.int64]) -> Floats:
    """Weights (roles, 1 + signs) of a multinomial regression with a ridge."""
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    rows, signs = values.shape
    ridge = np.r_[0.1, np.full(signs, RIDGE)]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(ROLES), signs + 1)
        told = log_softmax(values @ weights[:, 1:].T + weights[:, 0], axis=1)
        wrong = np.exp(told)
        wrong[np.arange(rows), roles] -= 1
        slope = np.column_stack([wrong.sum(axis=0), wrong.T @ values]) + ridge * weights
        return float(-told[np.arange(rows), roles].sum() + (ridge * weights**2).sum() / 2), slope.ravel()

    start = np.zeros(len(ROLES) * (signs + 1))
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(len(ROLES), -1)
    return found


def fit(chronicles: Mapping[str, Chronicle], truth: Mapping[str, Truth]) -> dict[str, object]:
    """Behaviour alone, each log told from all others; and the weights from all."""
    from scipy.special import softmax

    logs, values, roles = [], [], []
    for name, chronicle in chronicles.items():
        seen = behaviour(chronicle.events, chronicle.timezone)
        for at, activity in enumerate(seen.activities):
            if role := known_role(activity, truth[name]):
                logs.append(name)
                values.append(seen.values[at])
                roles.append(ROLES.index(role))
    log, table, number = np.array(logs), np.array(values), np.array(roles)
    pairs = []
    for name in chronicles:
        weights = fitted(table[log != name], number[log != name])
        told = softmax(table[log == name] @ weights[:, 1:].T + weights[:, 0], axis=1)
        pairs += [
            (ROLES[true], ROLES[int(one.argmax())] if one.max() >= 0.7 else "unknown")
            for true, one in zip(number[log == name], told, strict=True)
        ]
    weights = fitted(table, number)
    return {
        "leave one log out, behaviour alone": judged(pairs),
        "signs": list(NAMES),
        "weights": {role: np.round(row[1:], 1).tolist() for role, row in zip(ROLES, weights, strict=True)},
    }


def main() -> None:
    """Measure, and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    truth: dict[str, Truth] = dict(truths())
    chronicles = {name: read(SHARED / FILES[name]) for name in truth}
    worlds = {name: {a: role for role, text in told.items() for a in text.split("; ")} for name, told in WORLDS.items()}
    with_worlds = {name: read(SHARED / "arena/worlds" / name / "baseline.csv.gz") for name in worlds}
    found: dict[str, object] = of_logs(chronicles, truth) | {"lists of labels": of_labels()}
    found["worlds"] = of_logs(with_worlds, worlds)
    found["codes for labels in other logs"] = of_other_logs()
    if asked.fit:
        found["fit"] = fit({**chronicles, **with_worlds}, {**truth, **worlds})
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
