"""Whose act each activity of a log is: the client's, directed to him, a wait for him, or one inside the organisation.

Four kinds of evidence are weighed together: what the label says, whom the records name, what attributes say, and how
the activity behaves. Where only behaviour is left, plain signs of it tell, or nothing does. Where all this does not
suffice, the answer is `unknown`; what the user says goes before all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Ints
from irrupt.chronicle.behaviour import NOBODY, OUT_OF_HOURS, Behaviour, behaviour, leanings
from irrupt.chronicle.himself import is_client, shares_of_him
from irrupt.chronicle.hints import plain
from irrupt.chronicle.labels import PLAIN, read_label, setting_of
from irrupt.chronicle.lexicon import reminding
from irrupt.chronicle.model import EVENT_COLUMNS, Chronicle, Role, WhoseAct
from irrupt.chronicle.signs import Sign, signs
from irrupt.chronicle.staffed import (
    bills,
    done_by_staff,
    either_way,
    for_several,
    in_many_cases,
    pays,
    says_who,
    unrecorded,
    worked,
)
from irrupt.chronicle.told import ACT, INSIDE, ROLES, TOWARD, WAITING, Told
from irrupt.i18n import gettext as _

ENOUGH = 0.5
"""Probability from which on a role is told."""
_PRIOR = np.array([0.16, 0.16, 0.04, 0.64])
"""How common the roles are, in the order of `ROLES`."""
_WEIGHT = 0.4
"""How much behaviour counts beside a label: it was learned from few logs."""
_NAMED = 50.0
"""How much likelier an act is the client's where the records name him."""
_SAID = 8.0
"""The same where an attribute says who acts."""
_WORKED = 20.0
"""How much likelier it is that the staff acts, inside or toward the client, where its people spend time on it."""
_NOBODY = np.array([6.0, 0.5, 2.0, 1.0])
"""How much likelier each role is where nobody is named though others are for nearly all other steps."""
_MOSTLY = 0.8
_FEW_VALUES = 40
_EXPLICIT = 0.9
"""How sure it is at least where a label names a wait, and the client as whom is waited for: whoever keeps the case
meanwhile does not work on it."""
_PLAIN = 0.75
"""How sure a sign of work inside is to be, for it to stand against a label."""
_CHANGES = 0.05
_IN_HOURS = 0.1
"""More than other steps, at most, outside office hours."""
_BY_STAFF = 0.7
"""How sure it is that what may be anybody's is done inside, where the staff is named for it."""


def whose_acts(events: pl.DataFrame, timezone: str) -> tuple[WhoseAct, ...]:
    """Whose act each activity of *events* is, in the order of their names.

    >>> events = pl.DataFrame({"case": ["1", "1"], "activity": ["Call customer", "Customer pays"], "start": None,
    ...     "end": ["2024-01-01T09:00", "2024-01-02T09:00"], "resource": None, "client": None}, strict=False)
    >>> events = events.with_columns(pl.col("end").str.to_datetime(time_zone="UTC"))
    >>> [(one.activity, one.role) for one in whose_acts(events, "UTC")]
    [('Call customer', 'toward the client'), ('Customer pays', 'client act')]
    """
    seen = behaviour(events, timezone)
    labels = seen.activities
    serving = for_several(events, _in_hours(seen))
    seen = seen.but_few(serving)
    setting = setting_of(labels)
    named, attributes, lasting = shares_of_him(events), _said_by_attributes(events), worked(events)
    read = {activity: read_label(activity, setting) for activity in labels}
    known_acts = _known_acts(read, named, attributes)
    plainly = signs(events, timezone, known_acts)
    ours = _ours_either_way(events, seen, read, known_acts) | _ours_if_open(events, serving, read, known_acts)
    ours |= _ours_by_name(events, serving | in_many_cases(events, _in_hours(seen)), read, known_acts)
    found = []
    for at, activity in enumerate(labels):
        told = read[activity]
        who, attribute = named.get(activity, 0.0), attributes.get(activity)
        sign = plainly.get(activity)
        his = told is PLAIN and sign is not None and sign.role == ACT and sign.sure >= _PLAIN
        open_ = (his or told is None or told.sure < ENOUGH) and who < _MOSTLY and attribute is None
        weighed = None if open_ else _weighed(activity, told, seen, at, who, attribute, activity in lasting)
        if weighed is None or (weighed.role == "unknown" and sign is not None and not _only_recorded(told, sign)):
            weighed = _by_signs(activity, told, sign)
        may_be_ours = weighed.role == ACT and activity in ours and who < _MOSTLY and attribute is None
        found.append(_of_staff(activity) if may_be_ours else weighed)
    return tuple(found)


def _known_acts(
    read: Mapping[str, Told | None], named: Mapping[str, float], attributes: Mapping[str, tuple[Role, str]]
) -> frozenset[str]:
    """The activities that labels, names or attributes tell to be the client's own."""
    by_label = (one for one, told in read.items() if told is not None and told.role == ACT and told.sure >= _PLAIN)
    by_name = (one for one, share in named.items() if share >= _MOSTLY)
    by_attribute = (one for one, told in attributes.items() if told[0] == ACT)
    return frozenset((*by_label, *by_name, *by_attribute))


def _ours_either_way(
    events: pl.DataFrame, seen: Behaviour, read: Mapping[str, Told | None], acts: frozenset[str]
) -> frozenset[str]:
    """The activities whose labels, taken for the client's acts, may as well name what the organisation pays or asks
    for, and which its staff does, within office hours. What is paid where it bills is the client's to pay; and a
    request is told to be its own only beside other *acts* of clients."""
    taken = {one for one, told in read.items() if told is not None and told.role == ACT and either_way(one)}
    his = acts - taken
    taken = {one for one in taken if (not bills(read) if pays(one) else his)}
    if not taken:
        return frozenset()
    return done_by_staff(events, his, _in_hours(seen)) & taken


def _ours_if_open(
    events: pl.DataFrame, serving: frozenset[str], read: Mapping[str, Told | None], acts: frozenset[str]
) -> frozenset[str]:
    """The activities whose labels, taken for the client's acts, leave open whose they are, and which one of the staff
    does for several clients (*serving*), beside known *acts* of clients that the staff does not write down."""
    leave_open = {one for one in serving if (told := read[one]) is not None and told.role == ACT and told.sure < _PLAIN}
    return done_by_staff(events, acts, leave_open) if leave_open and acts else frozenset()


def _ours_by_name(
    events: pl.DataFrame, serving: frozenset[str], read: Mapping[str, Told | None], acts: frozenset[str]
) -> frozenset[str]:
    """The activities that labels tell to be the client's without saying that he acts (`Sign deed`), and which one of
    the staff does for several clients (*serving*), where nobody is named for other *acts* of clients."""
    taken = {one for one in serving if (told := read[one]) is not None and told.role == ACT and not says_who(one)}
    return frozenset(taken) if taken and unrecorded(events, acts - taken) else frozenset()


def _in_hours(seen: Behaviour) -> list[str]:
    """The activities that come within office hours about as the others do."""
    off = seen.values[:, OUT_OF_HOURS].tolist()
    return [one for one, share in zip(seen.activities, off, strict=True) if share < _IN_HOURS]


def _only_recorded(told: Told | None, sign: Sign) -> bool:
    """Whether a *sign* says no more than that staff does it, of what a label takes for something else: that clerks
    write down what clients do is no sign against it."""
    return (
        told is not None and told.role != INSIDE and told.sure >= ENOUGH and sign.role == INSIDE and sign.sure < _PLAIN
    )


def _of_staff(activity: str) -> WhoseAct:
    """An activity of which its label tells too little, and those who do it enough."""
    because = _("its name leaves open whose act it is"), _("people who work on many cases do it, within their hours")
    return WhoseAct(activity=activity, role=INSIDE, sure=_BY_STAFF, because=because)


def _by_signs(activity: str, told: Told | None, sign: Sign | None) -> WhoseAct:
    """What plain signs of behaviour say of an activity of which neither its label nor a name tells."""
    because = () if told is None else (_label_says(told),)
    if sign is None:
        return WhoseAct(activity=activity, role="unknown", sure=float(_PRIOR.max()), because=because)
    because = (*because, sign.because)
    return WhoseAct(activity=activity, role=sign.role, sure=sign.sure, because=because, asks=sign.asks)


def _weighed(
    activity: str,
    told: Told | None,
    seen: Behaviour,
    at: int,
    named: float,
    attribute: tuple[Role, str] | None,
    worked: bool,
) -> WhoseAct:
    """All evidence on one activity, taken together."""
    chances, because = _PRIOR.copy(), []
    if told is not None:
        chances = np.full(len(ROLES), (1 - told.sure) / (len(ROLES) - 1))
        chances[ROLES.index(told.role)] = told.sure
        because.append(_label_says(told))
    leaning, behaves = leanings(seen, at)
    chances = chances * leaning ** (1.0 if told is None else _WEIGHT)
    if seen.tells(at) and seen.values[at, NOBODY] >= _MOSTLY:
        chances = chances * _NOBODY
    if named >= _MOSTLY:
        chances[ROLES.index(ACT)] *= _NAMED
        because.append(_("the client is recorded as the one who does it"))
    elif worked and not (told is not None and told.role == WAITING and told.sure >= _EXPLICIT):
        chances[[ROLES.index(INSIDE), ROLES.index(TOWARD)]] *= _WORKED
    if attribute is not None:
        chances[ROLES.index(attribute[0])] *= _SAID
        because.append(_("so says the column {column}").format(column=attribute[1]))
    chances = chances / chances.sum()
    best = int(chances.argmax())
    role, sure = ROLES[best], float(chances[best])
    because += behaves.get(role, ())
    if worked and role in (INSIDE, TOWARD):
        because.append(_("people of the staff spend time on it"))
    if sure < ENOUGH:
        return WhoseAct(activity=activity, role="unknown", sure=sure, because=tuple(because))
    asks = told is not None and told.asks and role == TOWARD
    return WhoseAct(activity=activity, role=role, sure=sure, because=tuple(because), asks=asks)


def _label_says(told: Told) -> str:
    if told is PLAIN:
        return _("its name tells of nothing that has to do with clients")
    if told.sure < ENOUGH:
        return _("its name leaves open whose act it is")
    return {
        ACT: _("its name tells of something that the client does"),
        TOWARD: _("its name tells of something that goes to the client"),
        WAITING: _("its name tells of a wait for the client"),
        INSIDE: _("its name tells of work inside"),
    }[told.role]


def _said_by_attributes(events: pl.DataFrame) -> dict[str, tuple[Role, str]]:
    """Activity -> what an attribute of its events says of who acts (`customer`, `back office`), and which one."""
    found: dict[str, tuple[Role, str]] = {}
    for column in events.columns:
        if column in EVENT_COLUMNS or column.startswith("case:") or events.schema[column] != pl.String:
            continue
        values = events[column].drop_nulls().unique()
        if not 1 < len(values) <= _FEW_VALUES:
            continue
        clients = [value for value in values if is_client(value)]
        if not clients or len(clients) == len(values) or _of_cases(events, column):
            continue
        share = pl.col(column).is_in(clients).fill_null(False).mean()
        counted = events.group_by("activity").agg(share.alias("share")).drop_nulls("activity").sort("activity")
        if not 0 < (counted["share"] >= _MOSTLY).sum() < counted.height:
            continue
        for activity, part in counted.iter_rows():
            if part >= _MOSTLY or part <= 1 - _MOSTLY:
                found.setdefault(activity, (ACT if part >= _MOSTLY else INSIDE, column))
    return found


def _of_cases(events: pl.DataFrame, column: str) -> bool:
    """Whether *column* tells of cases, not of events: it hardly ever changes within a case."""
    changes = events.lazy().group_by("case").agg((pl.col(column).drop_nulls().n_unique() > 1).alias("changes"))
    return float(changes.select(pl.col("changes").mean()).collect().item() or 0.0) < _CHANGES


def is_act(label: str) -> bool:
    """Whether *label* alone names something that the client does himself.

    >>> is_act("Payment"), is_act("Appeal to Judge"), is_act("Send Appeal to Prefecture"), is_act("Initiate payment")
    (True, True, False, False)
    """
    told = read_label(label)
    return told is not None and told.sure >= ENOUGH and told.role == ACT


def waits_of(acts: tuple[WhoseAct, ...]) -> frozenset[str]:
    """The activities after which the organisation waits for the client."""
    return frozenset(one.activity for one in acts if one.role == WAITING or one.asks)


class Waited(NamedTuple):
    """Where the client is waited for between two steps; a flag for each activity."""

    after: Flags
    """After what waits for him,"""
    again: Flags
    """until the same goes to him again (calls until he answers),"""
    before: Flags
    """and before he is reminded."""

    def between(self, earlier: Ints, later: Ints) -> Flags:
        """Per pair of numbers of activities."""
        found: Flags = self.after[earlier] | (self.again[later] & (earlier == later)) | self.before[later]
        return found


def waited(chronicle: Chronicle, activities: Sequence[str]) -> Waited:
    """Between which of *activities* the client is waited for, as far as it is known whose act each is."""
    toward = {one.activity for one in chronicle.whose_acts if one.role == TOWARD}
    return Waited(
        np.array([name in chronicle.waits_for_client for name in activities], bool),
        np.array([name in toward for name in activities], bool),
        np.array([name in toward and reminds(name) for name in activities], bool),
    )


def reminds(label: str) -> bool:
    """Whether *label* names something by which the client is reminded: he was waited for before it.

    >>> reminds("Payment reminder"), reminds("Zahlungserinnerung senden"), reminds("Send invoice")
    (True, True, False)
    """
    return any(map(reminding, plain(label).split()))


def acts_of(acts: tuple[WhoseAct, ...]) -> frozenset[str]:
    """The activities that the client himself does."""
    return frozenset(one.activity for one in acts if one.role == ACT)
