"""What each measure means. Names are fixed: scenario files, results and reports refer to them."""

from __future__ import annotations

from irrupt.i18n import mark
from irrupt.ledgers.model import Measure

COHEN = mark(
    "after Cohen, Ho, Ren & Terwiesch 2003, Measuring Imputed Cost in the Semiconductor Equipment Supply Chain"
)

ARRIVALS = Measure(
    name=mark("arrivals"),
    ledger="market",
    unit=mark("cases a week"),
    of="client",
    definition=mark("Cases that arrive, a week."),
    set_by=frozenset({"demand"}),
    matters_least=0.5,
)
DISPERSION = Measure(
    name=mark("dispersion of arrivals"),
    ledger="market",
    unit="",
    of="client",
    definition=mark(
        "Variance of the number of cases that arrive in a week over its mean: 1 when they arrive independently of each "
        "other, more when they come in waves. Not told for less than four whole weeks."
    ),
    set_by=frozenset({"demand"}),
    matters_least=0.1,
    source="Cox & Lewis 1966, The Statistical Analysis of Series of Events",
)
PEAK = Measure(
    name=mark("peak to mean of arrivals"),
    ledger="market",
    unit="",
    of="client",
    definition=mark("Cases that arrive on the busiest day over the mean of all days, days off included."),
    set_by=frozenset({"demand"}),
    matters_least=0.1,
)
CYCLE = Measure(
    name=mark("cycle time"),
    ledger="market",
    unit=mark("h"),
    of="client",
    definition=mark("Hours from the arrival of a case to the end of its last step; cases that arrived and finished."),
    matters_least=0.1,
    source="Dumas, La Rosa, Mendling & Reijers 2018, Fundamentals of Business Process Management",
)
CYCLE_90 = Measure(
    name=mark("cycle time, 90th percentile"),
    ledger="market",
    unit=mark("h"),
    of="client",
    definition=mark("The cycle time that nine cases in ten do not exceed."),
    matters_least=0.1,
    source=mark("Hyndman & Fan 1996, Sample Quantiles in Statistical Packages, type 7"),
)
FOR_US = Measure(
    name=mark("waiting for us"),
    ledger="market",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours per case in which nobody works on it and it is the turn of somebody of the organisation: from the step "
        "before until he takes it, and, where his working hours are known, over nights and other breaks until he goes "
        "on. Without waiting for the client and what passes before a step that nobody works on. Part of it may be "
        "spent in the team's queue, which priority can change; of the rest records do not say why it passes. Not told "
        "without start times."
    ),
    set_by=frozenset({"delays"}),
    matters_least=0.1,
)
THROUGHPUT = Measure(
    name=mark("throughput"),
    ledger="market",
    unit=mark("cases a week"),
    of="client",
    definition=mark("Cases that finish, a week."),
    matters_least=0.5,
)

ON_TIME = Measure(
    name=mark("on time"),
    ledger="market",
    unit=mark("share"),
    of="client",
    definition=mark(
        "Share of the cases that arrived and finished which finished by the date that they were due. Told only where "
        "the records tell due dates; cases without one do not count."
    ),
    set_by=frozenset({"due"}),
    matters_least=0.005,
)
LATENESS = Measure(
    name=mark("lateness"),
    ledger="market",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours by which cases that arrived and finished were over later than they were due, on average; a case that is "
        "on time counts zero."
    ),
    set_by=frozenset({"due"}),
    matters_least=0.1,
    source=mark("Pinedo 2016, Scheduling (tardiness)"),
)
GIVEN_UP = Measure(
    name=mark("given up"),
    ledger="market",
    unit=mark("share"),
    of="client",
    definition=mark(
        "Share of the cases that arrive which the client gives up while they wait, or takes back. No other measure of "
        "cases counts them but those of arrivals, of work in progress and of work for nothing. In real records an "
        "activity whose name says so, at the end of a case, done by nobody of ours."
    ),
    set_by=frozenset({"ending"}),
    matters_least=0.005,
    source="Garnett, Mandelbaum & Reiman 2002, Designing a Call Center with Impatient Customers",
)

FOR_CLIENT = Measure(
    name=mark("waiting for the client"),
    ledger="organisation",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours per case in which the organisation waits for the client to answer or to act. Without start times the "
        "work of the step that follows is included."
    ),
    set_by=frozenset({"skips", "checks", "routes", "delays"}),
    matters_least=0.1,
)
UNEXPLAINED = Measure(
    name=mark("unexplained delay"),
    ledger="organisation",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours per case that pass until a step is done that nobody works on, such as an automatic closing, and that "
        "are neither waiting for the client nor, in records, for a time that a clock is seen to keep."
    ),
    set_by=frozenset({"delays"}),
    matters_least=0.1,
)
WORKING = Measure(
    name=mark("working for him"),
    ledger="organisation",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours of work per case, within the working hours of whoever does it; where these are not known, from the "
        "start to the end of its steps, pauses included. Without what the client does himself. Not told without start "
        "times."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations"}),
    matters_least=0.05,
)
STEPS = Measure(
    name=mark("steps per case"),
    ledger="organisation",
    unit=mark("steps"),
    of="client",
    definition=mark("Steps done for a case, by whomever."),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.05,
)
REWORK = Measure(
    name=mark("rework"),
    ledger="organisation",
    unit=mark("share"),
    of="client",
    definition=mark("Share of cases in which an activity is done more than once."),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.005,
)
HANDOVERS = Measure(
    name=mark("handovers"),
    ledger="organisation",
    unit=mark("handovers"),
    of="client",
    definition=mark("Changes of team per case. Not told where no team is named."),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.05,
    source="van der Aalst & Song 2004, Mining Social Networks",
)
OPEN = Measure(
    name=mark("work in progress"),
    ledger="organisation",
    unit=mark("cases"),
    of="client",
    definition=mark("Mean number of cases that have arrived and are not finished."),
    matters_least=0.5,
    source="Little 1961, A Proof for the Queuing Formula L = λW",
)
WAITED = Measure(
    name=mark("cases waiting for the client"),
    ledger="organisation",
    unit=mark("share"),
    of="client",
    definition=mark(
        "Share of cases in which the organisation waits for the client at least once; what he does within a minute of "
        "the step before is not waited for."
    ),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.005,
)

FOR_NOTHING = Measure(
    name=mark("work for nothing"),
    ledger="organisation",
    unit=mark("h a week"),
    of="client",
    definition=mark(
        "Hours a week of work on cases that the client gives up or takes back, up to then, whenever they came. Not "
        "told without start times."
    ),
    matters_least=0.25,
    source=COHEN,
)
CO_PRODUCTION = Measure(
    name=mark("co-production"),
    ledger="organisation",
    unit=mark("h"),
    of="client",
    definition=mark(
        "Hours per case that the client spends on steps that he does himself: work, not organising, for it changes no "
        "rule. Not told where the records do not tell how long these steps take."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations"}),
    matters_least=0.05,
)
HIS_STEPS = Measure(
    name=mark("steps that the client does"),
    ledger="organisation",
    unit=mark("steps"),
    of="client",
    definition=mark("Steps of a case that the client does himself."),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.05,
)

WORK_DONE = Measure(
    name=mark("work done"),
    ledger="work",
    unit=mark("h a week"),
    of="team",
    definition=mark(
        "Hours of work a week, within the working hours of the team's people; where these are not known, from the "
        "start to the end of its steps, pauses included. Not told without start times."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations", "demand"}),
    matters_least=0.5,
)
STEPS_DONE = Measure(
    name=mark("steps done"),
    ledger="work",
    unit=mark("steps a week"),
    of="team",
    definition=mark("Steps that the team finishes, a week."),
    set_by=frozenset({"skips", "checks", "routes", "demand"}),
    matters_least=0.5,
)
TEAM_WAIT = Measure(
    name=mark("wait at the team"),
    ledger="work",
    unit=mark("h"),
    of="team",
    definition=mark(
        "Hours that a case waits at the team per visit, in its queue until somebody takes it, and, where his working "
        "hours are known, over nights and other breaks until he goes on. Records that do not tell when cases came into "
        "the queue count all the time since the step before. A visit is the steps in a row that a case has done at "
        "one team, so a check by the same team right after a step belongs to the same visit. Not told without start "
        "times."
    ),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.1,
)
QUEUE = Measure(
    name=mark("cases waiting at the team"),
    ledger="work",
    unit=mark("cases"),
    of="team",
    definition=mark(
        "Mean number of cases that wait at the team: the hours that they wait, visits that begin in the time measured, "
        "over its hours. It cannot fall because short visits come in addition, as the wait per visit can. Not told "
        "without start times."
    ),
    matters_least=0.5,
    source="Little 1961, A Proof for the Queuing Formula L = λW",
)
OUT_OF_HOURS = Measure(
    name=mark("work outside office hours"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the team's work outside Monday to Friday, 09:00 to 17:00: of the time worked, where people's working "
        "hours are known; otherwise of the steps finished, since work that began on Friday and ended on Monday need "
        "not have gone on over the weekend."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.005,
)
AT_WORK = Measure(
    name=mark("share of time at work"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Hours that the members of the team work, in whichever team, over their hours on duty for cases: of whoever "
        "may have several steps in hand at once, as many times. Told only where their hours are known."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations", "demand", "calendars", "staff"}),
    matters_least=0.005,
    of_whole=False,
)
PEOPLE = Measure(
    name=mark("people active"),
    ledger="work",
    unit=mark("people"),
    of="team",
    definition=mark("People who finish a step for the team in a week."),
    set_by=frozenset({"staff"}),
    matters_least=0.25,
)

PRESSURE = Measure(
    name=mark("what presses at once"),
    ledger="work",
    unit="",
    of="team",
    definition=mark(
        "How many of four things press whoever does a step, on average over the steps that the team's people do: a "
        "client who asks for it directly (it begins a case, or comes right after he was waited for or did a step "
        "himself), a colleague who hands it over, a date by which the case is due, a clock that lets it come."
    ),
    set_by=frozenset({"skips", "checks", "routes", "due"}),
    matters_least=0.05,
    source=mark("after Boisard, Cartron, Gollac & Valeyre 2003, Time and work: work intensity (pace constraints)"),
)
DOUBLY_PRESSED = Measure(
    name=mark("pressed by a client and a date"),
    ledger="work",
    unit=mark("share"),
    of="team",
    definition=mark(
        "Share of the steps that the team's people do in which a client asks directly and a date presses as well: the "
        "pace of the market and that of the plan at once. Told only where the records tell due dates."
    ),
    set_by=frozenset({"skips", "checks", "routes", "due"}),
    matters_least=0.005,
    source=mark(
        "after Boisard, Cartron, Gollac & Valeyre 2003, Time and work: work intensity (industrial and market pace)"
    ),
)

TIME_FOR_HIM = Measure(
    name=mark("share of team time for him"),
    ledger="work",
    unit=mark("share"),
    of="client at team",
    definition=mark(
        "Hours that the members of the team work for the client, in whichever team, over their hours on duty for "
        "cases: of whoever may have several steps in hand at once, as many times. Told only where their hours are "
        "known."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations", "demand", "calendars", "staff"}),
    matters_least=0.005,
)
OUT_OF_HOURS_FOR_HIM = Measure(
    name=mark("work for him outside office hours"),
    ledger="work",
    unit=mark("share"),
    of="client at team",
    definition=mark(
        "Share of the time that the team works for the client which lies outside Monday to Friday, 09:00 to 17:00. "
        "Told only where people's hours are known."
    ),
    set_by=frozenset({"calendars"}),
    matters_least=0.005,
)
ACTIVITY_WAIT = Measure(
    name=mark("wait before the activity"),
    ledger="market",
    unit=mark("h"),
    of="client at activity",
    definition=mark(
        "Hours from when the activity could begin, for a case of the client that arrived in the time measured, until "
        "somebody takes it: from the end of the step before, or from when the client has answered. Not told without "
        "start times."
    ),
    matters_least=0.1,
)
