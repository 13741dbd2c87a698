"""The rules in force: who asks for what, by which steps, done by whom and when.

Everything is a frozen dataclass; a change makes a new `Organisation`. Names (the keys of the mappings) identify:
renaming something makes it another thing, reordering a mapping changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from irrupt.organisation.authorship import Rule
from irrupt.organisation.batch import Batch
from irrupt.organisation.distributions import NONE, Distribution, Older
from irrupt.organisation.guards import CaseClass, Guard, open_to
from irrupt.organisation.hands import Hands
from irrupt.organisation.learned import Distance, Learned
from irrupt.organisation.planning import Capacity, Product, Programme
from irrupt.organisation.returns import Return
from irrupt.organisation.staff import Calendar, Person
from irrupt.showing import in_notebook
from irrupt.wall import Timeline

START, END = "start", "end"
"""The place in `Organisation.routes` where cases begin; and where routes lead when a case is over."""

Waiting = Literal["nobody", "client"]
Since = Literal["step", "clock"]
Split = Literal["one", "all", "some", "first"]
Choice = Literal["longest idle", "random", "fastest", "fewest teams", "in turn"]
Interruption = Literal["never", "resume", "restart"]
AtEnd = Literal["pauses", "finishes"]
DueFrom = Literal["arrival", "day", "working day"]
Order = Literal["first come", "last come", "earliest due", "shortest", "smallest", "largest", "oldest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client, or a group of clients recorded as one, and what he asks for."""

    cases_per_week: float
    """Mean number of cases a week, at the origin of time."""
    profile: tuple[float, ...] = (1.0,) * 168
    """Relative intensity of arrivals for each hour of the week, Monday 00:00 first. Only ratios matter."""
    growth: float = 0.0
    """Change of the number of cases per week, as a share of `cases_per_week` (0.01: one percent more each week)."""
    season: tuple[float, ...] = (1.0,) * 12
    """By what the number of cases per week is multiplied in each month, January first."""
    days_of_month: Mapping[int, float] = field(default_factory=dict)
    """By what it is multiplied on days of each month: 1, the first; -1, the last; named from both, the nearer holds."""
    working_days_of_month: Mapping[int, float] = field(default_factory=dict)
    """The same for its days from Monday to Friday, beside that."""
    evenness: float = 0.0
    """How evenly his cases come: 0 independently of each other (a Poisson process), 1 at equal distances, in cases to
    be expected. Between two passes this much for certain, and the rest by chance."""
    at_a_time: Mapping[int, float] = field(default_factory=dict)
    """How many cases come at a time -> share of the times; the shares sum to 1. Empty: one by one."""
    figure: str = "user"
    """consumer, user, citizen, patient or industrial."""
    group: bool = False
    """True when several clients stand behind this name."""
    classes: Mapping[str, float] = field(default_factory=dict)
    """Class of cases -> share of his cases; the shares sum to 1. Empty: his cases have no class."""
    quantity: Distribution | None = None
    """How much a case asks for, a number; None: 1."""
    by_quantity: tuple[str, ...] = ()
    """His classes, by rising quantity: with shares of a half each, the larger half of his cases is of the second."""
    quantity_by_class: Mapping[str, Distribution] = field(default_factory=dict)
    """The quantity of cases of some classes, instead; none beside `by_quantity`."""
    due: str | Distribution | None = None
    """Time from the arrival of a case until it is due; None: never."""
    due_by_class: Mapping[str, str | Distribution] = field(default_factory=dict)
    """The same for cases of some classes, instead."""
    due_per_unit: str | Distribution = NONE
    """Time that each unit of the quantity adds to it."""
    due_from: DueFrom = "arrival"
    """From when that counts: `day`, from the begin of the day on which the case comes, so that two days and 17 hours
    are 17:00 on the second day after it; `working day`, on the second from Monday to Friday. Never before it comes."""
    appointments: tuple[int, ...] = ()
    """Minutes from Monday 00:00, sorted. The cases of a week come at these, in order, spread evenly over them, each in
    the middle of its part, also those that would come together; empty: they come when they come."""
    price: float | None = None
    """What a finished case, or a delivered piece of a programme of his, brings in whatever money; None: not known."""
    penalty: float | None = None
    """What each day costs the firm by which a finished case is late, or a piece that he ordered; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place in the procedure: an activity, and who does it. Several steps may bear one activity."""

    activity: str
    team: str | None = None
    """None: nobody of the organisation works on it; the duration just passes."""
    place: str | None = None
    """The team whose step it is although nobody works on it: an automatic closing. Not beside `team`."""
    duration: str | Distribution = NONE
    """Time of work at speed 1, or the name of one of `Organisation.distributions`."""
    per_unit: str | Distribution = NONE
    """Time that each unit of the case's quantity adds. It shares the luck of `duration`: what takes long takes long."""
    by_class: Mapping[str, float] = field(default_factory=dict)
    """Class of cases -> by what its time is multiplied; 1 when not said."""
    by_client: Mapping[str, float] = field(default_factory=dict)
    """Client -> by what the time of his cases is multiplied, beside that; 1 when not said."""
    again: float = 1.0
    """By what the time is multiplied, beside these, when the case was at its activity before."""
    recording: float = 0.0
    """Seconds of `duration`, in the mean, that go into recording what is done."""
    client_act: bool = False
    """True when the client does it himself: co-production."""
    given_up: bool = False
    """True when it is by this that the client takes his case back: it leads nowhere but to the end."""
    split: Split = "one"
    """Which of its routes a case takes: one, by share; all, and it is at several steps at once; some, each with its
    share for probability, and the likeliest where luck takes none; or the first, that whose delay is over first."""
    join: bool = False
    """True when the parts of a case that is at several steps at once come together here: what comes waits until no
    other part of the case can come here any more, and they go on as one. Skipped, it still brings them together."""
    alone: bool = False
    """True when the first part of a case that comes here goes on alone: the others are called off, and work on them."""
    clock: bool = False
    """True when the clock of the case begins anew as it is done: `Route.since`."""
    batch: Batch | None = None
    """None: each case by itself."""

    @property
    def whose(self) -> str | None:
        """The team whose step it is, whether somebody works on it or not."""
        return self.place if self.team is None else self.team


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a case may go after a step."""

    to: str
    """A step, or `end`."""
    share: float
    """Share of cases; the shares of one step sum to 1, for each class that has routes of its own there. Behind a step
    that is left otherwise: 1 where all are taken, or the first, and a probability where some are."""
    delay: str | Distribution = NONE
    """Time that passes before the next step enters its queue, and that no person of the organisation explains."""
    hours: str | None = None
    """The calendar in whose hours the delay passes; None: it passes all the time."""
    since: Since = "step"
    """From when on the delay counts: since the step before was done, or on the clock of the case, which begins when the
    case comes, and anew with each step that says so. What has passed on the clock by then counts: a case with whose age
    the delay agrees only in part gets one of those that are longer, and goes on at once where none is."""
    older: tuple[Older, ...] = ()
    """Delays of cases that are older by then, on the clock of the case, from the youngest to the oldest."""
    waits_for: Waiting = "nobody"
    """Whom the delay waits for."""
    straight_on: float = 0.0
    """Share of these cases with which whoever did the step before goes straight on, where he does the next one, too: at
    once, before all that waits, and no delay passes; where work is not interrupted, nor done in batches."""
    only: str | None = None
    """The class that goes this way and takes no others; None: all that have no routes of their own, or no class."""
    when: Guard | None = None
    """What a case must be like to go this way. Of routes with the same guard, shares sum to 1; a case goes by the first
    guard that it meets, in the order of the routes, and takes no others; None: for those that meet none."""

    @property
    def whose(self) -> tuple[str | None, Guard | None]:
        """Whose route it is: `only` and `when`. Shares are shares of these."""
        return self.only, self.when


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A step put in behind others for one client, or for all (None): when `after` is done, `step` is done next, then
    the case goes on as it would have."""

    after: str
    """An activity: the check follows every one of `Organisation.steps` that bears it, never another check."""
    step: Step
    client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long cases wait in a team's queue for a step before they are given up, and in how long a queue at most; or
    after how long a case is called off wherever it is: waiting, on its way, in hand, at several steps at once."""

    at: str | None = None
    """An activity: of every one of `Organisation.steps` that bears it; None: it is about the case as a whole."""
    lasts: str | Distribution | None = None
    """Time in the queue until the case leaves it; None: however long. Of a whole case: since it came; work stops."""
    share: float = 1.0
    """Of the case as a whole: the share of cases that it is about."""
    longest_queue: int | None = None
    """A case that finds so many waiting is turned away, unless somebody is free for it. 0: it does not wait."""
    activity: str
    """What is recorded then, as done by nobody."""
    to: str = END
    """Where the case goes then: a step, or `end`."""
    client: str | None = None
    """None: for all, but those with a patience of their own at this activity. Of the case as a whole: for all."""
    by_client: Mapping[str, float] = field(default_factory=dict)
    """Where it holds for all: client -> by what the time is multiplied for his cases; 1 when not said."""
    again: bool = True
    """False: where the activity was done in the case before, it waits for it however long it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who share a queue. Cases are taken by priority of client, class and activity, then in order; cases that
    are equal in all that, first come, first served. Of those that are first in his teams, somebody in several takes
    the one of the highest priority that waits longest; or that one whatever its priority; or he serves a team first."""

    priority: Mapping[str, int] = field(default_factory=dict)
    """Client -> rank; a higher rank is taken first, 0 is everybody else's."""
    class_priority: Mapping[str, int] = field(default_factory=dict)
    """Class of cases -> rank, among cases of clients of one rank."""
    activity_priority: Mapping[str, int] = field(default_factory=dict)
    """Activity -> rank, among cases of one rank: what is begun is finished first, say, or letters are written last."""
    order: Order = "first come"
    """Among cases of one rank. `shortest`: by the work needed; `smallest`, `largest`: by quantity; `oldest`: by when
    the case came, to whatever queue it came first."""
    ageing: float | None = None
    """Seconds of waiting that raise a case's rank by one each time, where cases are taken as they came; None: never."""
    interrupts: Interruption = "never"
    """What becomes of work in hand when a case of a higher rank comes and nobody is free: it is finished first; or it
    is left, for that with the lowest rank and, of these, begun last. Whoever had it takes it up again when nothing of a
    higher rank waits for him: the rest of it, or all of it anew."""
    at_end: AtEnd = "pauses"
    """What becomes of work in hand when the hours of whoever has it end: it waits for his next hours, or he finishes it
    before he goes."""
    limit: int | None = None
    """How many cases have room in its queue. Where it is full, who has done the step before keeps the case, and does
    nothing else, until there is room (0: until somebody takes it); what nobody hands over comes in all the same. None:
    there is always room."""
    choice: Choice = "longest idle"
    """Who of those on duty with a hand free takes a case that comes. `longest idle`: whoever has the least in hand, and
    of these the one who touched nothing for longest; it also decides where the others leave several. `fewest teams`:
    whoever can do least else. `in turn`: the next behind the last who took one, in the order of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The rules in force."""

    name: str
    timezone: str = "UTC"
    """The zone on whose clock simulated time and the hours of the week count."""
    origin: datetime
    """A Monday 00:00 local time, as an aware UTC moment: when simulated time begins."""
    clients: Mapping[str, Client]
    steps: Mapping[str, Step]
    routes: Mapping[str, tuple[Route, ...]]
    """For `start` and for each step: where cases go next."""
    client_routes: Mapping[str, Mapping[str, tuple[Route, ...]]] = field(default_factory=dict)
    """Client -> step -> routes, where a client's cases go otherwise than the others'."""
    skips: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Client -> steps that are not done for his cases. One of which no work would be left goes its ordinary way."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    patience: Mapping[str, Patience] = field(default_factory=dict)
    returns: Mapping[str, Return] = field(default_factory=dict)
    hands: Mapping[str, Hands] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    """Product -> how its client orders it."""
    products: Mapping[str, Product] = field(default_factory=dict)
    """Product -> how the firm plans it; for each programme there is one."""
    capacity: Mapping[str, Capacity] = field(default_factory=dict)
    """Team -> how its hours follow the plan."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Who wrote how work is done, where that is known: it binds nothing in the model."""
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    learned: Learned | None = None

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        counts = f"{len(self.clients)} clients, {len(self.steps)} steps, {len(self.people)} people"
        return f"<Organisation {self.name!r}: {counts}>"

    @property
    def timeline(self) -> Timeline:
        """How moments and the seconds of simulated time are converted."""
        return Timeline(self.origin, self.timezone)

    def distribution(self, named: str | Distribution) -> Distribution:
        """The distribution that *named* stands for."""
        return self.distributions[named] if isinstance(named, str) else named

    def routes_of(self, client: str | None, step: str, case_class: CaseClass = None) -> tuple[Route, ...]:
        """Where cases of *client* (None: of one without routes of his own) and of a class go after *step*."""
        own = self.client_routes.get(client, {}) if client is not None else {}
        return open_to(own.get(step) or self.routes.get(step, ()), case_class)

    def guards(self) -> tuple[Guard, ...]:
        """What routes, and what people do, ask of what cases are like: all guards, each once."""
        everywhere = (self.routes, *self.client_routes.values())
        found = [route.when for places in everywhere for routes in places.values() for route in routes if route.when]
        found += [guard for one in self.people.values() for guard in one.not_when.values()]
        return tuple(dict.fromkeys(found))

    def classes(self) -> list[str]:
        """The names of all classes of cases, products included, sorted."""
        return sorted({name for client in self.clients.values() for name in client.classes} | {*self.products})

    def members(self, team: str, activity: str | None = None) -> Iterator[str]:
        """The people of *team*; of these, those who do an *activity*, if one is named."""
        return (name for name, one in self.people.items() if team in one.teams and activity not in one.does_not)

    def step_activities(self) -> set[str]:
        """The activities that its steps bear: those of checks and of giving up left out."""
        return {step.activity for step in self.steps.values()}

    def activities(self) -> list[str]:
        """The names of all activities, those of checks and of giving up included, sorted."""
        steps = [*self.steps.values(), *(check.step for check in self.checks.values())]
        return sorted({step.activity for step in steps} | {rule.activity for rule in self.patience.values()})

    @property
    def fidelity(self) -> tuple[Distance, ...]:
        """Distances to held-out records; empty for an organisation that was written by hand."""
        return self.learned.fidelity if self.learned else ()


def same_parts(one: Organisation, other: Organisation, parts: Iterable[str]) -> bool:
    """Whether these *parts* of two organisations are the very same."""
    return all(getattr(one, part) is getattr(other, part) for part in parts)
