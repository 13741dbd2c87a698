"""The benchmark's model for Prosimos: a BPMN diagram and its JSON of parameters, run by a Python that has Prosimos.

It needs other versions of libraries than we do, so it lives in an environment of its own:

    python -m venv prosimos && prosimos/bin/python -m pip install prosimos
    python benchmarks/engine.py --prosimos prosimos/bin/python
"""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from engine_peers import WEEK, Model

RUN = """
import sys, time
from prosimos.simulation_engine import run_simulation
begun = time.process_time()
run_simulation(sys.argv[1], sys.argv[2], int(sys.argv[3]), None, sys.argv[4], "2024-01-01T00:00:00.000000+00:00")
print("seconds", time.process_time() - begun)
"""
DAYS = ("MONDAY", "FRIDAY")


def in_prosimos(python: Path, model: Model, cases: int, _seed: int) -> tuple[int, float, float]:
    """Activities done, mean wait and CPU seconds of one run; reading the model and writing the log are counted. It has
    no seed."""
    with tempfile.TemporaryDirectory() as folder:
        diagram, parameters, log = (Path(folder) / name for name in ("model.bpmn", "model.json", "log.csv"))
        diagram.write_text(_diagram(model), encoding="utf-8")
        parameters.write_text(json.dumps(_parameters(model)), encoding="utf-8")
        command = [str(python), "-c", RUN, str(diagram), str(parameters), str(cases), str(log)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = float(done.stdout.split("seconds")[-1])
        with log.open(encoding="utf-8", newline="") as rows:
            waits = [_seconds(row["start_time"]) - _seconds(row["enable_time"]) for row in csv.DictReader(rows)]
    return len(waits), sum(waits) / len(waits), seconds


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _diagram(model: Model) -> str:
    """Activities round and round; behind each, a gateway that leads on or out."""
    many = len(model.means)
    flows = [("begin", "in0"), ("out", "over")]
    for place in range(many):
        flows += [(f"in{place}", f"do{place}"), (f"do{place}", f"or{place}")]
        flows += [(f"or{place}", f"in{(place + 1) % many}"), (f"or{place}", "out")]
    nodes = ['<startEvent id="begin" name="begin"/>', '<endEvent id="over" name="over"/>']
    nodes.append('<exclusiveGateway id="out" gatewayDirection="Converging"/>')
    for place in range(many):
        nodes.append(f'<exclusiveGateway id="in{place}" gatewayDirection="Converging"/>')
        nodes.append(f'<task id="do{place}" name="activity {place}"/>')
        nodes.append(f'<exclusiveGateway id="or{place}" gatewayDirection="Diverging"/>')
    lines = [f'<sequenceFlow id="{_flow(*ends)}" sourceRef="{ends[0]}" targetRef="{ends[1]}"/>' for ends in flows]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="benchmark">'
        f'<process id="benchmark" isExecutable="true">{"".join(nodes + lines)}</process></definitions>'
    )


def _flow(begin: str, end: str) -> str:
    return f"{begin}-{end}"


def _parameters(model: Model) -> dict[str, Any]:
    many = len(model.means)
    hours = {"from": DAYS[0], "to": DAYS[1], "beginTime": "09:00:00", "endTime": "17:00:00"}
    always = {"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999999"}
    longest = 1000.0
    return {
        "resource_profiles": [
            {
                "id": f"team {team}",
                "name": f"team {team}",
                "resource_list": [
                    {
                        "id": f"person {team}.{person}",
                        "name": f"person {team}.{person}",
                        "cost_per_hour": "1",
                        "amount": 1,
                        "calendar": "office",
                        "assignedTasks": [f"do{place}" for place in range(many) if place % model.teams == team],
                    }
                    for person in range(model.people)
                ],
            }
            for team in range(model.teams)
        ],
        "arrival_time_distribution": _exponential(WEEK / model.cases_per_week, longest),
        "arrival_time_calendar": [always],
        "gateway_branching_probabilities": [
            {
                "gateway_id": f"or{place}",
                "probabilities": [
                    {"path_id": _flow(f"or{place}", f"in{(place + 1) % many}"), "value": model.on},
                    {"path_id": _flow(f"or{place}", "out"), "value": 1.0 - model.on},
                ],
            }
            for place in range(many)
        ],
        "task_resource_distribution": [
            {
                "task_id": f"do{place}",
                "resources": [
                    {"resource_id": f"person {place % model.teams}.{person}", **_exponential(mean, longest)}
                    for person in range(model.people)
                ],
            }
            for place, mean in enumerate(model.means)
        ],
        "resource_calendars": [{"id": "office", "name": "office", "time_periods": [hours]}],
        "event_distribution": [],
        "batch_processing": [],
        "case_attributes": [],
        "prioritisation_rules": [],
        "model_type": "CRISP",
    }


def _exponential(mean: float, longest: float) -> dict[str, Any]:
    return {
        "distribution_name": "expon",
        "distribution_params": [{"value": value} for value in (mean, 0.0, mean * longest)],
    }
