"""What may stand beside an act in files: as soon as what it is done, how much later, how often, after whose refusal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from irrupt.errors import Fault, Path, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.regulation.conditions import Condition, parse, weeks_text
from irrupt.regulation.model import Act
from irrupt.regulation.when import MOST_AGAIN, IfRefused, When, lacking
from irrupt.units import shown, weeks_in
from irrupt.yaml_marks import Document

WHEN, LAG, AGAIN, PAUSE, REFUSED = "when", "lag", "again", "pause", "if refused"
MOMENTS = (WHEN, LAG, AGAIN, PAUSE, REFUSED)
_ALWAYS = ("yes", "true", "True")
"""As often as it is met anew."""


def beside_act(key: str, act: str) -> str:
    """A remedy where *key* stands among the parameters of an *act*, though beside it; empty where it does not belong
    there.

    >>> beside_act("when", "volume")
    'it stands beside the act: {volume: {...}, when: ...}'
    """
    if key not in MOMENTS:
        return ""
    return _("it stands beside the act: {form}").format(form=f"{{{act}: {{...}}, {key}: ...}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When an act is done."""

    condition: Condition | None = None
    lag: float = 0.0
    again: int = 0
    pause: float = 0.0
    refused: str | None = None

    def of(self, act: Act) -> Act:
        """*act* with what it waits for, if anything."""
        if self.condition is not None or self.lag > 0:
            act = When(act=act, condition=self.condition, lag=self.lag, again=self.again, pause=self.pause)
        return act if self.refused is None else IfRefused(act=act, of=self.refused)


def moment_in(
    document: Document, path: Path, data: Mapping[str, Any], faults: list[Fault], acts: Collection[str]
) -> Moment:
    """What stands beside the act at *path*; *acts* are the names that there are. Adds to *faults* what is wrong."""

    def read(key: str, reads: Callable[[Any], Any], usual: Any = None) -> Any:
        if key not in data:
            return usual
        try:
            return reads(data[key])
        except ValueError as problem:
            faults.append(Fault(document.place((*path, key)), f"{key}: {problem}"))
            return usual

    before = len(faults)
    found = Moment(
        condition=read(WHEN, lambda text: parse(text if isinstance(text, str) else "")),
        lag=read(LAG, weeks_in, 0.0),
        again=read(AGAIN, _times, 0),
        pause=read(PAUSE, weeks_in, 0.0),
        refused=data.get(REFUSED),
    )
    if found.refused is not None and found.refused not in acts:
        unknown = _('no act "{name}"').format(name=found.refused)
        faults.append(Fault(document.place((*path, REFUSED)), unknown, remedy=did_you_mean(str(found.refused), acts)))
    if len(faults) == before:
        faults += [
            Fault(document.place((*path, key)), f"{key}: {why}")
            for key, why in lacking(found.condition, found.again, found.pause)
        ]
    return found


def _times(value: Any) -> int:
    text = str(value).strip()
    number = text.removesuffix("times").removesuffix("time").strip()
    if text in _ALWAYS:
        return MOST_AGAIN
    if not number.isdecimal() or not 1 <= int(number) <= MOST_AGAIN:
        raise ValueError(
            _("{found}: write how many times more, 1 to {n}, or yes").format(found=shown(value), n=MOST_AGAIN)
        )
    return int(number)


def moment_data(act: Act) -> dict[str, Any]:
    """What stands beside an act that waits, as plain values."""
    if isinstance(act, IfRefused):
        return {REFUSED: act.of}
    if not isinstance(act, When):
        return {}
    return (
        ({} if act.condition is None else {WHEN: str(act.condition)})
        | ({LAG: weeks_text(act.lag)} if act.lag else {})
        | ({AGAIN: act.again} if act.again else {})
        | ({PAUSE: weeks_text(act.pause)} if act.pause else {})
    )
