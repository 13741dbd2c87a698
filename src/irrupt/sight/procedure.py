"""The written procedure: an order of steps in YAML, or a BPMN diagram, as the moves that it allows.

Both become the same small net: steps, and gateways at which one, all or some of the ways are taken. All situations that
the net can reach are then listed once, so that cases can be held against it step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from irrupt.errors import Fault, ModelError, UsageError, did_you_mean, file_at, near, unread, why
from irrupt.errors import Path as Place
from irrupt.i18n import gettext as _
from irrupt.yaml_marks import Document, in_order, read_text

Kind = Literal["step", "one", "all", "some"]
State = frozenset[int]

MOST_SITUATIONS = 5000
_WORDS = ("optional", "one of", "any order", "repeat")
_KEYS = ("name", "steps")


@dataclass(slots=True)
class Node:
    """A step, or a gateway: flows in and out, by number."""

    kind: Kind
    label: str = ""
    """Of a step its name; empty: nothing that is recorded."""
    event: bool = False
    """It only happens, and may not be recorded."""
    ins: list[int] = field(default_factory=list)
    outs: list[int] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    """Flows that may be taken instead of doing the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What is written: from each situation, which steps may come next, and where they lead."""

    name: str
    steps: tuple[str, ...]
    moves: tuple[tuple[tuple[int, int], ...], ...]
    """Situation -> (number of the step, or -1 for none, and the situation after it)."""
    first: tuple[int, ...]
    over: frozenset[int]
    """Situations in which the case may end."""
    events: frozenset[str] = frozenset()
    """Those of *steps* that only happen: they count where records show them."""

    def recorded(self, shows: Callable[[str], bool]) -> Procedure:
        """The same, with the events that records do not show passed over."""
        gone = {at for at, name in enumerate(self.steps) if name in self.events and not shows(name)}
        moves = tuple(tuple((-1 if step in gone else step, after) for step, after in one) for one in self.moves)
        return replace(self, moves=moves, events=frozenset(self.steps[at] for at in gone))


def load_procedure(path: str | Path) -> Procedure:
    """The procedure in *path*: YAML with `steps`, or BPMN 2.0. Raises `ModelError` with all that is wrong,
    `UsageError` where there is no such file.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "order.yaml"
    >>> _size = file.write_text("steps: [ask, {optional: check}, {one of: [yes it is, refuse]}]")
    >>> load_procedure(file).steps
    ('ask', 'check', 'refuse', 'yes it is')
    """
    source = Path(path)
    try:
        content = file_at(path).read_bytes()
    except OSError as error:
        raise UsageError(Fault(source.name, _("cannot be read: {reason}").format(reason=why(error)))) from error
    if content.lstrip()[:1] == b"<":
        from irrupt.sight.bpmn import net_of

        name, nodes, starts = net_of(content, source.name)
    else:
        name, nodes, starts = _of_yaml(content, source.name)
    return explored(name or source.stem, nodes, starts, source.name)


def _of_yaml(content: bytes, where: str) -> tuple[str, list[Node], list[int]]:
    try:
        document = read_text(content.decode("utf-8-sig"), where)
    except UnicodeDecodeError as error:
        raise ModelError(Fault(where, _("cannot be read: {reason}").format(reason=unread(error)))) from None
    alone = isinstance(document.data, list)
    known = {"steps": document.data} if alone else document.data
    if not isinstance(known, dict) or not isinstance(known.get("steps"), list) or not known["steps"]:
        raise ModelError(Fault(where, _("no list of steps"), "steps: [...]"))
    writer = _Writer(document)
    for key in known:
        if key not in _KEYS:
            found = _('unknown part "{name}"').format(name=key)
            place = document.place((key,), key=True)
            writer.faults.append(Fault(place, found, remedy=did_you_mean(key, _KEYS)))
    begin = writer.flow()
    writer.sequence(known["steps"], begin, () if alone else ("steps",))
    if writer.faults:
        raise ModelError(in_order(writer.faults))
    return str(known.get("name") or ""), writer.nodes, [begin]


class _Writer:
    """Turns nested lists into nodes and flows."""

    def __init__(self, document: Document) -> None:
        self.document, self.faults, self.nodes, self.flows = document, list[Fault](), list[Node](), 0

    def fault(self, path: Place, found: str, expected: str, remedy: str = "", *, key: bool = False) -> None:
        self.faults.append(Fault(self.document.place(path, key=key), found, expected, remedy))

    def flow(self) -> int:
        self.flows += 1
        return self.flows - 1

    def node(self, kind: Kind, ins: list[int], outs: list[int], label: str = "") -> None:
        self.nodes.append(Node(kind=kind, label=label, ins=ins, outs=outs))

    def sequence(self, items: Sequence[Any], entry: int, path: Place) -> int:
        """Write *items* one after the other; the flow behind the last."""
        for number, item in enumerate(items):
            entry = self.item(item, entry, (*path, number))
        return entry

    def item(self, item: Any, entry: int, path: Place) -> int:
        if isinstance(item, dict) and len(item) == 1:
            ((word, inner),) = item.items()
            here = (*path, word)
            if word not in _WORDS:
                self.fault(here, f'"{word}"', ", ".join(_WORDS), near(word, _WORDS), key=True)
            if inner in (None, []):
                found = _('nothing stands under "{word}"').format(word=word)
                self.fault(here, found, _("a step, or a list of steps"), key=True)
                return entry
            return self.block(word, inner if isinstance(inner, list) else [inner], entry, here)
        if isinstance(item, list):
            return self.sequence(item, entry, path)
        if item is None or isinstance(item, dict) or not item.strip():
            self.fault(path, str(item), _("the name of a step"))
            return entry
        after = self.flow()
        self.node("step", [entry], [after], item.strip())
        return after

    def block(self, word: str, inner: list[Any], entry: int, path: Place) -> int:
        after = self.flow()
        if word in ("one of", "any order"):
            kind: Kind = "one" if word == "one of" else "all"
            begins = [self.flow() for _one in inner]
            ends = [
                self.item(one, begin, (*path, at)) for at, (one, begin) in enumerate(zip(inner, begins, strict=True))
            ]
            self.node(kind, [entry], begins)
            self.node(kind, ends, [after])
            return after
        begin = self.flow()
        end = self.sequence(inner, begin, path)
        if word == "optional":
            past = self.flow()
            self.node("one", [entry], [begin, past])
            self.node("one", [end, past], [after])
        else:
            back = self.flow()
            self.node("one", [entry, back], [begin])
            self.node("one", [end], [back, after])
        return after


def explored(name: str, nodes: Sequence[Node], starts: Sequence[int], where: str) -> Procedure:
    """All situations that *nodes* can reach from a token on one of the flows *starts*.

    Raises `ModelError` when there are too many, when two tokens meet on a flow, or when nothing is done.
    """
    steps = tuple(sorted({node.label for node in nodes if node.label}))
    if not steps:
        raise ModelError(Fault(where, _("no list of steps"), "steps: [...]"))
    number = {label: at for at, label in enumerate(steps)}
    states: dict[State, int] = {frozenset([flow]): at for at, flow in enumerate(dict.fromkeys(starts))}
    first, waiting = tuple(range(len(states))), list(states)
    moves: list[tuple[tuple[int, int], ...]] = []
    reach = _reaches(nodes)
    for state in waiting:
        found = []
        for label, after in _moves(state, nodes, reach, where):
            if after not in states:
                states[after] = len(states)
                waiting.append(after)
            found.append((number.get(label, -1), states[after]))
        moves.append(tuple(dict.fromkeys(found)))
        if len(states) > MOST_SITUATIONS:
            text = _("more than {n} situations: too much may happen in any order").format(n=MOST_SITUATIONS)
            raise ModelError(Fault(where, text))
    led = {flow for node in nodes for flow in node.ins}
    over = frozenset(at for state, at in states.items() if not state & led)
    if not over:
        raise ModelError(Fault(where, _("no way through comes to an end")))
    events = {node.label for node in nodes if node.event} - {node.label for node in nodes if not node.event}
    return Procedure(name=name, steps=steps, moves=tuple(moves), first=first, over=over, events=frozenset(events))


def _moves(state: State, nodes: Sequence[Node], reach: dict[int, set[int]], where: str) -> Iterator[tuple[str, State]]:
    for node in nodes:
        held = [flow for flow in node.ins if flow in state]
        if not held:
            continue
        if node.kind == "all" and len(held) < len(node.ins):
            continue
        if node.kind == "some" and len(node.ins) > 1:
            empty, others = set(node.ins) - set(held), state - set(node.ins)
            if any(flow in reach[other] for flow in empty for other in others):
                continue
        taken = [held] if node.kind in ("all", "some") else [[flow] for flow in held]
        for flows in taken:
            rest = state - set(flows)
            for outs in _outs(node):
                if rest & set(outs):
                    text = _("a way through comes to the same place twice at once: “{name}”")
                    raise ModelError(Fault(where, text.format(name=node.label or node.kind)))
                yield node.label, rest | set(outs)
            for flow in node.breaks:
                yield "", rest | {flow}


def _outs(node: Node) -> list[tuple[int, ...]]:
    if node.kind == "one" and node.outs:
        return [(flow,) for flow in node.outs]
    if node.kind == "some" and node.outs:
        return [some for size in range(1, len(node.outs) + 1) for some in combinations(node.outs, size)]
    return [tuple(node.outs)]


def _reaches(nodes: Sequence[Node]) -> dict[int, set[int]]:
    """Flow -> the flows that a token on it can come to."""
    following: dict[int, set[int]] = {}
    for node in nodes:
        for flow in node.ins:
            following.setdefault(flow, set()).update(node.outs, node.breaks)
    found = {}
    for flow in {*following, *(out for node in nodes for out in (*node.outs, *node.breaks))}:
        seen, waiting = {flow}, [flow]
        while waiting:
            for after in following.get(waiting.pop(), ()):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        found[flow] = seen
    return found
