"""Claims as they stand in files: `{rigidity: waiting for us, to: fall, text: Network is slow to react}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from irrupt.errors import Fault, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.durations import shown
from irrupt.organisation.rules import Aim, Claim
from irrupt.organisation.validate import Path
from irrupt.organisation.yaml_marks import Document
from irrupt.regulation.acts import ALL_CLIENTS

AIMS: tuple[str, ...] = get_args(Aim)
TEXTS = ("party", "text", "author")


def claim_data(claim: Claim) -> dict[str, str]:
    """*claim* as it stands in files, every key written out.

    >>> claim = Claim(author="A", aim="rigidity", measure="cycle time", party="A", expects="fall")
    >>> claim_data(claim)
    {'rigidity': 'cycle time', 'to': 'fall', 'party': 'A', 'text': '', 'author': 'A'}
    """
    return {claim.aim: claim.measure, "to": claim.expects, **{name: getattr(claim, name) for name in TEXTS}}


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
    measure is one of teams, unless it says otherwise.

    Adds to *faults* everything that is wrong; None when something is.
    """
    if isinstance(data, Claim):
        return data
    before = len(faults)
    if not isinstance(data, Mapping):
        faults.append(Fault(document.place(path), shown(data), "{rigidity: cycle time, to: fall}"))
        return None
    known = (*AIMS, "to", *TEXTS)
    faults.extend(
        Fault(
            document.place((*path, key), key=True),
            _('claim: unknown key "{key}"').format(key=key),
            remedy=did_you_mean(key, known),
        )
        for key in data
        if key not in known
    )
    faults.extend(
        Fault(document.place((*path, key)), f"{key}: {shown(data[key])}", _("a text"))
        for key in TEXTS
        if key in data and not isinstance(data[key], str)
    )
    aims = [aim for aim in AIMS if aim in data]
    if len(aims) != 1:
        faults.append(
            Fault(document.place(path), _("claim: what it is about is missing"), _('"rigidity" or "fluctuation", one'))
        )
    if data.get("to") not in ("fall", "rise"):
        place = document.place((*path, "to") if "to" in data else path)
        faults.append(Fault(place, _("claim: to {found}").format(found=shown(data.get("to"))), _("fall or rise")))
    side = _side(document, (*path, *aims), data[aims[0]], faults) if len(aims) == 1 else ""
    usual = team if side == "team" else client if client is not None else ALL_CLIENTS
    party = data.get("party", usual)
    if party is None:
        faults.append(Fault(document.place(path), _("claim: whose measure it is about is missing"), _("party: a team")))
    if len(faults) > before:
        return None
    return Claim(
        author=data.get("author") or author or ALL_CLIENTS,
        aim=aims[0],  # type: ignore[arg-type]
        measure=data[aims[0]],
        party=party,
        expects=data["to"],
        text=data.get("text", ""),
    )


def _side(document: Document, path: Path, measure: Any, faults: list[Fault]) -> str:
    """Whose measure it is, a client's or a team's."""
    from irrupt.ledgers import measures

    known = measures()
    if isinstance(measure, str) and measure in known:
        return known[measure].of
    found = _("claim: no measure {name}").format(name=shown(measure))
    faults.append(Fault(document.place(path), found, remedy=did_you_mean(str(measure), known)))
    return ""
