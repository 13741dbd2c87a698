"""Parties as agents: what they watch and want, how they came in, what they can do, and how they answer.

parties:
  Hospital A:
    figure: industrial
    watches: {waiting for us: 3, throughput: 1}
    invited by: Management
    repertoire:
      - priority: {team: Network}
        when: cycle time > 16 h over 4 weeks
  Management:
    answers: {calculate: {in return: [volume: {client: Hospital A, change: -10 %}]}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from irrupt.arguments import Held
from irrupt.errors import Fault, IrruptError, ModelError, Path, UsageError, did_you_mean, near
from irrupt.groups import GROUPS, party_name
from irrupt.i18n import gettext as _
from irrupt.ledgers.run import measures
from irrupt.organisation.authorship import authors_of
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import PERIODS_A_WEEK
from irrupt.regulation.acts import MANAGEMENT
from irrupt.regulation.conditions import Condition, parse
from irrupt.regulation.model import Act
from irrupt.regulation.policies import Accepting, Policy, policies
from irrupt.regulation.registry import act_at, hints
from irrupt.regulation.stakes import FIGURES, ZONES, Stakes, stakes_faults, usual_stakes
from irrupt.regulation.typed import typed
from irrupt.regulation.when import resigned, signature_of
from irrupt.units import number_in, shown
from irrupt.yaml_marks import Document, listed

Wish = Literal["fall", "rise"]
WISHES: tuple[Wish, ...] = get_args(Wish)
RISING = frozenset(
    {
        *("throughput", "arrivals", "on time", "call-offs delivered in full and on time", "turnover", "pay"),
        *("own order", "own speed", "own method", "method written by those who do it", "hours guaranteed"),
        *("notice of change", "notice of changed weeks", "frozen periods, announced", "frozen periods, in effect"),
    }
)
"""Measures that parties want to rise where they do not say so; all others they want to fall."""
PARTIES = "parties"
PRESCRIBERS = ("Management", "Planning", "Methods", "Quality")
"""Who usually writes rules, in an organisation of which nobody says who does."""
ACTS = ("in return", "asks", "offers")
"""Parameters of policies that are acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Held):
    """Whoever can author a rule change or bear its effects: a client, a team, Management.

    >>> Party(name="Hospital A").wish("throughput"), Party(name="Hospital A").wish("cycle time")
    ('rise', 'fall')
    """

    name: str
    figure: str | None = None
    """With which eyes a client looks; None: as the organisation has it."""
    stakes: Stakes | None = None
    """What he watches, with which weights, and what he may do; None: as his figure has it."""
    wants: Mapping[str, Wish] = field(default_factory=dict)
    """Measure -> in which direction he wants it to go, where that is not the usual one."""
    invited_by: str = ""
    """Who asked him in; empty: he bursts in."""
    repertoire: tuple[Act, ...] = ()
    """What he does, each as soon as its condition is met, if it has one."""
    policy: Policy = field(default_factory=Accepting)
    """How he answers what others do."""

    def wish(self, measure: str) -> Wish:
        """In which direction he wants *measure* to go."""
        return self.wants.get(measure, "rise" if measure in RISING else "fall")

    def __post_init__(self) -> None:
        faults = [] if self.stakes is None else stakes_faults(self.name, self.stakes)
        faults += [_no_measure(self.name, name) for name in sorted(self.wants.keys() - measures().keys())]
        faults += [
            Fault(f"{self.name}: {measure}", shown(wish), ", ".join(WISHES))
            for measure, wish in self.wants.items()
            if wish not in WISHES
        ]
        if self.figure is not None and self.figure not in FIGURES:
            faults.append(Fault(self.name, shown(self.figure), ", ".join(FIGURES), near(str(self.figure), FIGURES)))
        if faults:
            raise ModelError(faults)

    def stands(self, organisation: Organisation) -> Stakes:
        """What it watches and may do in *organisation*: what nothing is said of is as usual for such a party."""
        usual = usual_stakes(organisation, self.name, self.figure)
        if self.stakes is None:
            return usual
        return Stakes(watches=self.stakes.watches or usual.watches, rights=self.stakes.rights or usual.rights)

    def watches(self, organisation: Organisation) -> Mapping[str, float]:
        """Measure -> weight; the weights sum to 1."""
        return self.stands(organisation).weights()

    def weight(self, organisation: Organisation, of: Literal["volume", "turnover"] = "volume") -> float:
        """The client's share of all cases, or of what all cases, and all pieces of programmes, bring; 0 for others, and
        where no price is known. Raises `UsageError` for what is neither."""
        if of not in ("volume", "turnover"):
            raise UsageError(Fault("weight", shown(of), "volume, turnover", near(str(of), ("volume", "turnover"))))
        share = {
            name: client.cases_per_week if of == "volume" else _brings(organisation, name)
            for name, client in organisation.clients.items()
        }
        total = sum(share.values())
        return share.get(self.name, 0.0) / total if total > 0 else 0.0


def known_parties(organisation: Organisation, others: Iterable[str] = ()) -> set[str]:
    """Everybody who is known as a party: clients, teams, people, whoever wrote a rule of *organisation* or may see one,
    those who stand for several, those who usually prescribe, and *others*.

    >>> from irrupt.engine.examples import counter
    >>> sorted(known_parties(counter()) - GROUPS)
    ['Ann', 'Desk', 'Management', 'Methods', 'Planning', 'Public', 'Quality']
    """
    written = {name for rule in organisation.rules.values() for name in (*authors_of(rule), *rule.visible_to) if name}
    of = (organisation.clients, organisation.teams, organisation.people, GROUPS, PRESCRIBERS, written)
    return set(others).union(*of)


def _brings(organisation: Organisation, client: str) -> float:
    """What *client* brings in a usual week; 0 where his price is not known."""
    programmes = (one for one in organisation.programmes.values() if one.client == client)
    pieces = sum(one.level * PERIODS_A_WEEK[one.period] for one in programmes)
    return (organisation.clients[client].cases_per_week + pieces) * (organisation.clients[client].price or 0.0)


def _no_measure(where: str, name: str) -> Fault:
    return Fault(where, _('no measure "{name}"').format(name=name), remedy=did_you_mean(str(name), measures()))


def parties_in(document: Document, data: Any, faults: list[Fault]) -> list[Party]:
    """The parties that stand below `parties` in *document*. Adds to *faults* everything that is wrong with their
    measures, acts and policies; what is no mapping, no figure or an unknown key is told elsewhere."""
    if not isinstance(data, Mapping):
        return []
    return [
        _party(document, (PARTIES, name), str(name), entry, faults)
        for name, entry in data.items()
        if isinstance(entry, Mapping)
    ]


def _party(document: Document, path: Path, name: str, entry: Mapping[str, Any], faults: list[Fault]) -> Party:
    invited, figure = entry.get("invited by") or "", entry.get("figure")
    return Party(
        name=name,
        figure=figure if isinstance(figure, str) and figure in FIGURES else None,
        stakes=_stakes(document, path, entry, faults),
        wants={m: w for m, w in _measured(document, (*path, "wants"), entry.get("wants"), faults) if w in WISHES},
        invited_by=invited if isinstance(invited, str) else "",
        repertoire=tuple(_repertoire(document, (*path, "repertoire"), name, entry, faults)),
        policy=_policy(document, (*path, "answers"), name, entry.get("answers"), faults),
    )


def _stakes(document: Document, path: Path, entry: Mapping[str, Any], faults: list[Fault]) -> Stakes | None:
    watches: dict[str, float] = {}
    for measure, weight in _measured(document, (*path, "watches"), entry.get("watches"), faults):
        try:
            watches[measure] = number_in(weight)
        except ValueError as problem:
            faults.append(Fault(document.place((*path, "watches", measure)), str(problem)))
    for measure, value in [*watches.items()]:
        if not 0 <= value < float("inf"):
            faults.append(Fault(document.place((*path, "watches", measure)), shown(value), _("a weight, 0 or more")))
            del watches[measure]
    rights = entry.get("may")
    known = frozenset(zone for zone in ZONES if isinstance(rights, list) and zone in rights)
    return Stakes(watches=watches, rights=known) if watches or known else None


def _measured(document: Document, path: Path, data: Any, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    """The entries of a mapping whose keys are measures."""
    known = measures()
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if name in known:
            yield name, value
        else:
            faults.append(_no_measure(document.place((*path, name), key=True), name))


def _repertoire(
    document: Document, path: Path, name: str, entry: Mapping[str, Any], faults: list[Fault]
) -> Iterator[Act]:
    acts = listed(entry.get("repertoire"))
    invited = isinstance(entry.get("invited by"), str)
    for index, written in enumerate(acts if isinstance(acts, list) else []):
        is_client = name != MANAGEMENT
        act = act_at(document, (*path, index), written, faults, name if is_client else None, author=name)
        if act is not None:
            yield _proposed(act, entry["invited by"]) if invited and not _says_force(written) else act


def _says_force(written: Mapping[str, Any]) -> bool:
    return "force" in written or any(isinstance(inner, Mapping) and "force" in inner for inner in written.values())


def _proposed(act: Act, by: str) -> Act:
    """*act* of somebody who was invited: it is up for negotiation."""
    signed = signature_of(act)
    said = "" if signed is None else signed.reason
    return resigned(act, force="negotiated", reason=said or _("invited by {party}").format(party=party_name(by)))


def _policy(document: Document, path: Path, party: str, data: Any, faults: list[Fault]) -> Policy:
    """The policy in *data*: its name, or {name: {parameter: value}}; accepting everything where there is none."""
    if data is None:
        return Accepting()
    name, given = next(iter(data.items())) if isinstance(data, Mapping) and len(data) == 1 else (data, None)
    kind = policies().get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(given, Mapping | None):
        found = _('no policy "{name}"').format(name=name) if isinstance(name, str) else shown(data)
        faults.append(Fault(document.place(path), found, remedy=did_you_mean(str(name), policies())))
        return Accepting()
    before = len(faults)
    values = _parameters(document, (*path, str(name)), kind, party, given or {}, faults)
    if len(faults) > before:
        return Accepting()
    where = document.place((*path, str(name)), key=True)
    try:
        return kind(**values)
    except IrruptError as problem:
        faults.extend(replace(one, where=where, found=f"{one.where}: {one.found}") for one in problem.faults)
    except (TypeError, ValueError) as problem:
        faults.append(Fault(where, f"{kind.name}: {problem}"))
    return Accepting()


def _parameters(
    document: Document, path: Path, kind: type[Policy], party: str, given: Mapping[str, Any], faults: list[Fault]
) -> dict[str, Any]:
    known = [one.name.replace("_", " ") for one in fields(kind)]  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in given.items():
        where = document.place((*path, key), key=True)
        if key not in known:
            found = _('{policy}: unknown parameter "{name}"').format(policy=kind.name, name=key)
            faults.append(Fault(where, found, remedy=did_you_mean(str(key), known)))
        elif key in ACTS:
            values[key.replace(" ", "_")] = tuple(_asked(document, (*path, key), party, value, faults))
        elif key == "as long as":
            values["as_long_as"] = _remembered(document, (*path, key), value, faults)
        elif key == "forgives":
            values["forgives"] = _whole(where, value, faults)
        elif key == "in doubt" and value not in ("accept", "refuse"):
            faults.append(Fault(where, shown(value), _("accept or refuse")))
        else:
            _take(values, key.replace(" ", "_"), value, (kind, where), faults)
    return values


def _take(values: dict[str, Any], name: str, value: Any, of: tuple[type[Policy], str], faults: list[Fault]) -> None:
    """Put *value*, as the annotation of the parameter called *name* wants it, to the *values* of a policy; *of*: its
    kind, and where it stands."""
    kind, where = of
    try:
        values[name] = typed(hints(kind).get(name, Any), value)
    except ValueError as problem:
        faults.append(Fault(where, f"{kind.name}: {problem}"))


def _whole(where: str, value: Any, faults: list[Fault]) -> int:
    if not (text := str(value).strip()).isdecimal():
        faults.append(Fault(where, shown(value), _("a whole number, 0 or more")))
        return 0
    return int(text)


def _remembered(document: Document, path: Path, text: Any, faults: list[Fault]) -> Condition | None:
    try:
        return parse(text if isinstance(text, str) else "")
    except ValueError as problem:
        faults.append(Fault(document.place(path), str(problem)))
        return None


def _asked(document: Document, path: Path, party: str, data: Any, faults: list[Fault]) -> Iterator[Act]:
    listed: Sequence[Any] = data if isinstance(data, list) else [data]
    for index, written in enumerate(listed):
        place: Path = (*path, index) if isinstance(data, list) else path
        act = act_at(document, place, written, faults, party if party != MANAGEMENT else None, author=party)
        if act is not None:
            yield act
