"""BPMN 2.0 diagrams as nets of steps and gateways, read without a tree and without document types or entities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from irrupt.chronicle.markup import plainly
from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.sight.procedure import Kind, Node

_GATEWAYS: dict[str, Kind] = {
    "exclusiveGateway": "one", "eventBasedGateway": "one", "parallelGateway": "all", "inclusiveGateway": "some",
}  # fmt: skip
_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_INSIDE = ("subProcess", "transaction")
_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_NOT_READ = ("complexGateway", "adHocSubProcess")
_ASIDE = ("triggeredByEvent", "isForCompensation")
"""What is marked so is entered by no flow, but whenever something happens: where, its diagram does not say."""
_DEEPEST = 100


@dataclass(slots=True)
class _Element:
    kind: str
    name: str
    process: str
    inside: str
    """The sub-process that it stands in; empty: the process itself."""
    attached: str = ""
    repeats: bool = False
    """It is marked as done as often as it takes."""


@dataclass(slots=True)
class _Diagram:
    """What the file says, as it was read."""

    elements: dict[str, _Element] = field(default_factory=dict)
    flows: list[tuple[str, str, int]] = field(default_factory=list)
    """From, to, and the line."""
    names: dict[str, str] = field(default_factory=dict)
    """Process -> its name."""
    unknown: list[str] = field(default_factory=list)


def net_of(content: bytes, where: str) -> tuple[str, list[Node], list[int]]:
    """Name, nodes and first flows of the process in *content*; of several, the one with most steps.

    Tasks and calls are steps, by their names, and events that have one; sub-processes are opened, those with nothing
    inside are steps, as calls of what is drawn elsewhere. Raises `ModelError`.
    """
    diagram = _read(content, where)
    opened = {element.inside for element in diagram.elements.values()}
    for key, element in diagram.elements.items():
        if element.kind in _INSIDE and key not in opened:
            element.kind = "callActivity"
    steps = dict.fromkeys(diagram.names, 0)
    for element in diagram.elements.values():
        steps[element.process] = steps.get(element.process, 0) + _is_step(element.kind)
    faults = [Fault(where, _("cannot be read as a procedure: {what}").format(what=one)) for one in diagram.unknown]
    faults = faults or _loose(diagram, where)
    if faults or not any(steps.values()):
        raise ModelError(faults or [Fault(where, _("no process with steps"), "BPMN 2.0")])
    process = max(steps, key=lambda name: steps[name])
    return diagram.names.get(process, ""), *_net(diagram, process)


def _loose(diagram: _Diagram, where: str) -> list[Fault]:
    """Ends of flows at which nothing stands."""
    return [
        Fault(f"{where}:{line}", _('a flow has "{name}" at one end, which is not in the diagram').format(name=name))
        for *ends, line in diagram.flows
        for name in ends
        if name not in diagram.elements
    ]


def _is_step(kind: str) -> bool:
    return kind == "task" or kind.endswith("Task") or kind == "callActivity"


def _beyond(kind: str, given: dict[str, str]) -> str:
    """What an element is called that is not read; empty where it is."""
    aside = next((name for name in _ASIDE if given.get(name) in ("true", "1")), "")
    return aside or (kind if kind in _NOT_READ else "")


def _read(content: bytes, where: str) -> _Diagram:
    found, path = _Diagram(), list[tuple[str, str]]()
    parser = expat.ParserCreate()

    def refuse(*_args: Any) -> None:
        raise ModelError(
            Fault(where, _("declares a document type or entities"), remedy=_("refused: such files can do harm"))
        )

    def begin(tag: str, given: dict[str, str]) -> None:
        kind, name = tag.rpartition(":")[2], " ".join(given.get("name", "").split())
        path.append((kind, given.get("id", "")))
        if len(path) > _DEEPEST:
            raise ModelError(Fault(where, _("is nested too deeply")))
        process = next((key for one, key in path if one == "process"), "")
        inside = next((key for one, key in reversed(path[:-1]) if one in _INSIDE), "")
        if kind == "process":
            found.names[given.get("id", "")] = name
        elif kind in _LOOPS and path[-2][1] in found.elements:
            found.elements[path[-2][1]].repeats = True
        elif kind == "sequenceFlow":
            ends = given.get("sourceRef", ""), given.get("targetRef", "")
            found.flows.append((*ends, parser.CurrentLineNumber))
        elif beyond := _beyond(kind, given):
            found.unknown.append(f"{beyond} “{name}”")
        elif _is_step(kind) or kind in _GATEWAYS or kind in _EVENTS or kind in _INSIDE:
            attached = given.get("attachedToRef", "")
            found.elements[given.get("id", "")] = _Element(kind, name or given.get("id", ""), process, inside, attached)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _tag: path.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = plainly(str(error).split(":")[0])
        raise ModelError(
            Fault(f"{where}:{error.lineno}", _("is not well-formed XML: {reason}").format(reason=reason))
        ) from None
    return found


def _label(element: _Element, key: str) -> str:
    """What an element is called in records: of a task its name or else its id, of an event its name."""
    named = _is_step(element.kind) or (element.kind in _EVENTS and element.name != key)
    return element.name if named else ""


def _net(diagram: _Diagram, process: str) -> tuple[list[Node], list[int]]:
    """Nodes and first flows; flows into a sub-process lead to its beginning, and its ends to what follows it."""
    mine = {key: one for key, one in diagram.elements.items() if one.process == process}
    flows = [(a, b) for a, b, _line in diagram.flows if a in mine and b in mine]
    targets, sources = {b for _a, b in flows}, {a for a, _b in flows}
    for key, one in mine.items():
        if one.kind in _INSIDE:
            inner = [name for name, each in mine.items() if each.inside == key]
            flows += [(key + ">", name) for name in inner if name not in targets and mine[name].kind != "boundaryEvent"]
            flows += [(name, key + "<") for name in inner if name not in sources]
    nodes = {
        key: Node(kind=_GATEWAYS.get(one.kind, "step"), label=_label(one, key), event=one.kind in _EVENTS)
        for key, one in mine.items()
        if one.kind not in _INSIDE
    }
    for key, one in mine.items():
        if one.kind in _INSIDE:
            nodes[key + ">"], nodes[key + "<"] = Node(kind="one"), Node(kind="step")
    for number, (a, b) in enumerate(flows):
        nodes[a + "<" if a + "<" in nodes else a].outs.append(number)
        nodes[b + ">" if b + ">" in nodes else b].ins.append(number)
    count, starts = len(flows), []
    for key, node in list(nodes.items()):
        element = mine.get(key.rstrip("<>"))
        if element is not None and element.attached:
            host = element.attached + "<" if element.attached + "<" in nodes else element.attached
            if host in nodes:
                nodes[host].breaks.append(count)
                node.ins.append(count)
                count += 1
        elif not node.ins and not key.endswith("<"):
            node.ins.append(count)
            starts.append(count)
            count += 1
    _repeat(mine, nodes, count)
    return list(nodes.values()), starts


def _repeat(mine: dict[str, _Element], nodes: dict[str, Node], count: int) -> None:
    """Let what is marked so come back from its end to its beginning, by flows from number *count* on."""
    for key, one in mine.items():
        if one.repeats:
            begin, end = (nodes[key + mark if key + mark in nodes else key] for mark in "><")
            done, back, on = range(count, count + 3)
            nodes[key + "|"] = Node(kind="one", ins=[done], outs=[back, on])
            nodes[key + "||"] = Node(kind="step", ins=[on], outs=[*end.outs])
            end.outs[:] = [done]
            begin.ins.append(back)
            count += 3
