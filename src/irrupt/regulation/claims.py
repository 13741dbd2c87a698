"""Claims as they stand in files: `{rigidity: waiting for us, to: fall, text: Network is slow to react}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from irrupt.errors import Fault, Path, did_you_mean
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.organisation.rules import ITS_AUTHORS, Aim, Claim
from irrupt.units import shown
from irrupt.yaml_marks import Document

AIMS: tuple[str, ...] = get_args(Aim)
TEXTS = ("party", "text", "author")
GIVEN = "given"
"""Whether somebody makes the claim; or else it goes without saying."""
_WORDS = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}


def claim_data(claim: Claim) -> dict[str, Any]:
    """*claim* as it stands in files, every key written out; that nobody made it, where nobody did.

    >>> claim = Claim(author="A", aim="rigidity", measure="cycle time", party="A", expects="fall")
    >>> claim_data(claim)
    {'rigidity': 'cycle time', 'to': 'fall', 'party': 'A', 'text': '', 'author': 'A'}
    """
    data = {claim.aim: claim.measure, "to": claim.expects, **{name: getattr(claim, name) for name in TEXTS}}
    return data if claim.given else data | {GIVEN: False}


def claim_in(
    document: Document,
    path: Path,
    data: Any,
    faults: list[Fault],
    *,
    client: str | None,
    team: str | None,
    author: str | None,
) -> Claim | None:
    """The claim that stands at *path* in *document*, made by *author* about *client*, or about *team* where the
    measure is one of teams, unless it says otherwise. Beside an act of no client it is about its author, if he is one.

    Adds to *faults* everything that is wrong; None when something is.
    """
    if isinstance(data, Claim):
        return data
    before = len(faults)
    if not isinstance(data, Mapping):
        faults.append(Fault(document.place(path), shown(data), "{rigidity: cycle time, to: fall}"))
        return None
    faults.extend(_malformed(document, path, data))
    aim = next((aim for aim in AIMS if aim in data), None)
    side = "" if aim is None else _side(document, (*path, aim), data[aim], faults)
    usual = team if side == "team" else client if client is not None else ITS_AUTHORS
    if aim is not None and _of_all_teams(data[aim]):
        usual = ALL_TEAMS
    party = data.get("party", usual)
    if party is None:
        faults.append(Fault(document.place(path), _("claim: whose measure it is about is missing"), _("party: a team")))
    if aim is None or len(faults) > before:
        return None
    return Claim(
        author=data.get("author") or author or ALL_CLIENTS,
        aim=aim,  # type: ignore[arg-type]
        measure=data[aim],
        party=party,
        expects=data["to"],
        text=data.get("text", ""),
        given=_WORDS[data.get(GIVEN, True)],
    )


def _malformed(document: Document, path: Path, data: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the keys of a claim, and with values that need no measure to judge them."""
    known = (*AIMS, "to", *TEXTS, GIVEN)
    for key in data:
        if key not in known:
            found = _('claim: unknown key "{key}"').format(key=key)
            yield Fault(document.place((*path, key), key=True), found, remedy=did_you_mean(str(key), known))
        elif key in TEXTS and not isinstance(data[key], str):
            yield Fault(document.place((*path, key)), f"{key}: {shown(data[key])}", _("a text"))
        elif key == GIVEN and (not isinstance(data[key], bool | str) or data[key] not in _WORDS):
            yield Fault(document.place((*path, key)), f"{key}: {shown(data[key])}", _("true or false"))
    if sum(aim in data for aim in AIMS) != 1:
        found = _("claim: it must be about one thing")
        yield Fault(document.place(path), found, _('either "rigidity" or "fluctuation"'))
    if data.get("to") not in ("fall", "rise"):
        place = document.place((*path, "to") if "to" in data else path)
        yield Fault(place, _("claim: to {found}").format(found=shown(data.get("to"))), _("fall or rise"))


def _of_all_teams(measure: Any) -> bool:
    """Whether *measure* is told of all teams together only."""
    from irrupt.ledgers.organising import PRESCRIBERS, THEIR_CHANGES

    return measure in (PRESCRIBERS.name, THEIR_CHANGES.name)


def _side(document: Document, path: Path, measure: Any, faults: list[Fault]) -> str:
    """Whose measure it is, a client's or a team's."""
    from irrupt.ledgers import measures

    known = measures()
    if isinstance(measure, str) and measure in known:
        return known[measure].of
    found = _("claim: no measure {name}").format(name=shown(measure))
    faults.append(Fault(document.place(path), found, remedy=did_you_mean(str(measure), known)))
    return ""
