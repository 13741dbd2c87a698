"""What a client-organiser can do. The mechanism is written here, never the sign of a distant effect.

One module for each kind of rules: `demand`, `minds`, `procedure`, `certification`, `allocation`, `workforce`,
`leaving`, `practice`, `forming`, `gathering`, `organising`, `auditing`, `planning`, `money`, `traceability`.
"""

from irrupt.regulation.acts.allocation import OtherHands, Priority, SameHands
from irrupt.regulation.acts.auditing import Audit
from irrupt.regulation.acts.certification import Certification
from irrupt.regulation.acts.demand import Appointment, DueDate, LevelledCallOff, Volume
from irrupt.regulation.acts.forming import FormClient
from irrupt.regulation.acts.gathering import Gathering
from irrupt.regulation.acts.leaving import StaffLeave
from irrupt.regulation.acts.minds import Cancellation, LateChange
from irrupt.regulation.acts.money import Pay, Penalty, Price, PriceOfChanges
from irrupt.regulation.acts.organising import Relay, Requalification
from irrupt.regulation.acts.planning import BufferStock, ForecastSharing, FrozenHorizon, LateCallOff, VolumeBand
from irrupt.regulation.acts.practice import OrganisingTime, Shortcut, Transmission, Writing
from irrupt.regulation.acts.procedure import Bypass, CoLocation, CompleteFile, ImposedCheck
from irrupt.regulation.acts.signature import MANAGEMENT, Signature
from irrupt.regulation.acts.traceability import Traceability
from irrupt.regulation.acts.workforce import FlexibilityDemand

BUILT_IN = (
    Priority,
    ImposedCheck,
    Bypass,
    Certification,
    CompleteFile,
    Volume,
    Appointment,
    LateChange,
    FlexibilityDemand,
    StaffLeave,
    CoLocation,
    LevelledCallOff,
    Cancellation,
    Requalification,
    Audit,
    Relay,
    FormClient,
    Transmission,
    OrganisingTime,
    Shortcut,
    FrozenHorizon,
    VolumeBand,
    LateCallOff,
    ForecastSharing,
    BufferStock,
    Price,
    PriceOfChanges,
    Penalty,
    Pay,
    Traceability,
    Writing,
    Gathering,
    DueDate,
    OtherHands,
    SameHands,
)

__all__ = [
    "BUILT_IN",
    "MANAGEMENT",
    "Appointment",
    "Audit",
    "BufferStock",
    "Bypass",
    "Cancellation",
    "Certification",
    "CoLocation",
    "CompleteFile",
    "DueDate",
    "FlexibilityDemand",
    "ForecastSharing",
    "FormClient",
    "FrozenHorizon",
    "Gathering",
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
    "Shortcut",
    "Signature",
    "StaffLeave",
    "Traceability",
    "Transmission",
    "Volume",
    "VolumeBand",
    "Writing",
]
