"""Whatever edits rules: acts with an author and a claim, what they set directly, and what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from irrupt.regulation.acts import (
    Appointment,
    Audit,
    BufferStock,
    Bypass,
    Cancellation,
    Certification,
    CoLocation,
    CompleteFile,
    DueDate,
    FlexibilityDemand,
    ForecastSharing,
    FormClient,
    FrozenHorizon,
    Gathering,
    ImposedCheck,
    LateCallOff,
    LateChange,
    LevelledCallOff,
    OrganisingTime,
    OtherHands,
    Pay,
    Penalty,
    Price,
    PriceOfChanges,
    Priority,
    Relay,
    Requalification,
    SameHands,
    Shortcut,
    Signature,
    StaffLeave,
    Traceability,
    Transmission,
    Volume,
    VolumeBand,
    Writing,
)
from irrupt.regulation.construction import kind, touched
from irrupt.regulation.contradictions import Contradiction, contradictions
from irrupt.regulation.model import Act
from irrupt.regulation.touches import Touch
from irrupt.regulation.verbs import verbs
from irrupt.regulation.verdicts import Found, Verdict, found, verdict
from irrupt.regulation.when import When

if TYPE_CHECKING:
    from irrupt.regulation.contract import check_act
    from irrupt.regulation.history import History, rules_table
    from irrupt.regulation.plain import act_to_dict
    from irrupt.regulation.registry import act_from, act_from_dict, parse_act
    from irrupt.regulation.scenario import Scenario, load_scenario
    from irrupt.regulation.schema import scenario_schema

_LATER = {
    "check_act": "contract",
    "act_from": "registry",
    "act_from_dict": "registry",
    "act_to_dict": "plain",
    "parse_act": "registry",
    "Scenario": "scenario",
    "load_scenario": "scenario",
    "scenario_schema": "schema",
    "History": "history",
    "rules_table": "history",
}
"""What is loaded when it is first used: it needs libraries that take their time."""

__all__ = [
    "Act",
    "Appointment",
    "Audit",
    "BufferStock",
    "Bypass",
    "Cancellation",
    "Certification",
    "CoLocation",
    "CompleteFile",
    "Contradiction",
    "DueDate",
    "FlexibilityDemand",
    "ForecastSharing",
    "FormClient",
    "Found",
    "FrozenHorizon",
    "Gathering",
    "History",
    "ImposedCheck",
    "LateCallOff",
    "LateChange",
    "LevelledCallOff",
    "OrganisingTime",
    "OtherHands",
    "Pay",
    "Penalty",
    "Price",
    "PriceOfChanges",
    "Priority",
    "Relay",
    "Requalification",
    "SameHands",
    "Scenario",
    "Shortcut",
    "Signature",
    "StaffLeave",
    "Touch",
    "Traceability",
    "Transmission",
    "Verdict",
    "Volume",
    "VolumeBand",
    "When",
    "Writing",
    "act_from",
    "act_from_dict",
    "act_to_dict",
    "check_act",
    "contradictions",
    "found",
    "kind",
    "load_scenario",
    "parse_act",
    "rules_table",
    "scenario_schema",
    "touched",
    "verbs",
    "verdict",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
