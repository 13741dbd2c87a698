"""What each measure of conditions at work means. Names are fixed: files, results and reports refer to them.

Inspired by surveys of job quality, from which they take thresholds; never one of their indices.
"""

from __future__ import annotations

from irrupt.i18n import mark
from irrupt.ledgers.model import Measure

DAY_LENGTH = Measure(
    name=mark("length of the working day"),
    ledger="work",
    unit=mark("h"),
    of="team",
    definition=mark(
        "Hours from the first to the last sign of work of a person in a working day, breaks included. A "
        "working day ends where eleven hours pass without a sign of work, or six with midnight in them; it "
        "counts for the team of its last step. Work that leaves no record is not counted, so days may have "
        "been longer."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.1,
)
LONG_DAYS = Measure(
    name=mark("long days"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark("Share of the working days of the team's people that last longer than ten hours, breaks included."),
    set_by=frozenset({"calendars"}),
    matters_least=0.01,
    source=mark("Eurofound, European Working Conditions Survey (long working days); irrupt only takes its threshold"),
)
LONG_WEEKS = Measure(
    name=mark("long weeks"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the weeks of the team's people in which their working days last longer than 48 hours in "
        "sum, breaks included."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.01,
    source=mark("Directive 2003/88/EC, article 6 (there over an average of four months, without breaks)"),
)
SHORT_RESTS = Measure(
    name=mark("rests under 11 hours"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the rests between two working days of a person, of one day at most, that are shorter than "
        "eleven hours. Where people work a little outside the records, rests were shorter still."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.01,
    source=mark("Directive 2003/88/EC, article 3"),
)
NIGHTS = Measure(
    name=mark("night work"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark("Share of the working days with two hours or more between 22:00 and 05:00."),
    set_by=frozenset({"calendars"}),
    matters_least=0.005,
    source=mark("Eurofound, European Working Conditions Survey (night work); irrupt only takes its threshold"),
)
WEEKENDS = Measure(
    name=mark("weekend work"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark("Share of the working days that begin on a Saturday or a Sunday."),
    set_by=frozenset({"calendars"}),
    matters_least=0.005,
)
VARIED_DAYS = Measure(
    name=mark("variation of daily hours"),
    ledger="work",
    unit="",
    of="team",
    definition=mark(
        "How much the length of the working days of one person varies: standard deviation around his own "
        "mean, all people of the team together, over the mean length of their days."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.02,
)
UNBROKEN = Measure(
    name=mark("work without a pause"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the time at work that comes after an hour or more in which the person began each step "
        "within a minute of the end of the one before: time at full load, without slack. A step that goes "
        "over a break of the working hours begins anew. Told only of measured start times."
    ),
    set_by=frozenset({"durations"}),
    matters_least=0.01,
)
SIDE_BY_SIDE = Measure(
    name=mark("steps side by side"),
    ledger="work",
    unit=mark("steps a day"),
    of="team",
    definition=mark(
        "Steps that another one of the same person interrupts or overlaps with, per working day. Told only of "
        "measured start times."
    ),
    set_by=frozenset({"staff", "interrupts"}),
    matters_least=0.1,
)
INTERRUPTIONS = Measure(
    name=mark("interruptions"),
    ledger="work",
    unit=mark("steps a day"),
    of="team",
    definition=mark(
        "Steps that a person begins and ends while another one that he has begun waits for him to go on, per working "
        "day: what he put it aside for. Records do not tell whether he did them beside each other; of the steps within "
        "one the last eight are seen. Told only of measured start times."
    ),
    set_by=frozenset({"staff", "interrupts"}),
    matters_least=0.1,
    source=mark("after Eurofound, European Working Conditions Survey (tasks interrupted for unforeseen ones)"),
)
ASKED = Measure(
    name=mark("steps that clients ask for directly"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the team's steps that begin a case, or come right after the client was waited for or has done a "
        "step himself: what presses is the client, not a colleague who hands over."
    ),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.005,
    source=mark(
        "after Boisard, Cartron, Gollac & Valeyre 2003, Time and work: work intensity (direct demand of clients)"
    ),
)
MOVES = Measure(
    name=mark("moves between posts"),
    ledger="work",
    unit=mark("moves a day"),
    of="team",
    definition=mark(
        "Per working day of a person, how often he goes on with another activity, or for another team, than "
        "that of the step before. Whether he asked for it, records do not tell; where the authors of rules are known, "
        "*moves that others ask for* does."
    ),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.1,
)
CHECKS_LOAD = Measure(
    name=mark("load of checks"),
    ledger="organisation",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the time at work that goes into checks and records: what rules put in behind other steps, and "
        "activities whose name says so; of what is recorded within a step, as for a certificate, as much as the rules "
        "say that it takes. Time in which somebody has several steps in hand is that of the one that ends first. Told "
        "only of measured start times."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations"}),
    matters_least=0.005,
)
VERSATILITY = Measure(
    name=mark("activities per person"),
    ledger="work",
    unit=mark("activities"),
    of="team",
    definition=mark(
        "Different activities that a person does for the team in a week, of those who do any for it: functional "
        "versatility. Of all teams, each person and each of his activities counts once."
    ),
    set_by=frozenset({"skips", "checks", "routes", "staff"}),
    matters_least=0.1,
)
