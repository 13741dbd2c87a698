"""Teams rank cases in another way, or take them in another order: pieces of a change of rules (`amending.py`)."""

from __future__ import annotations

from typing import NamedTuple

from irrupt.arraytypes import Floats, Ints32
from irrupt.compiling import piece
from irrupt.engine.batches import most_urgent, own_work, work_of_batch
from irrupt.engine.interrupting import queue_of, team_of
from irrupt.engine.layout import FIRST_COME, LAST_COME, QUEUED, SHORTEST, Records, Rules
from irrupt.engine.lines import melded, without_root


class Queues(NamedTuple):
    """Those of the rules by which cases are put into queues."""

    teams: Records
    level: Ints32
    class_level: Ints32
    nodes: Records
    pace: Floats
    times: Records
    cells: Floats
    batches: Records
    first_check: int
    """Place in `nodes`."""


def queues_in(rules: Rules) -> Queues:
    """The queues that *rules* make."""
    return Queues(
        teams=rules.teams,
        level=rules.level,
        class_level=rules.class_level,
        nodes=rules.nodes,
        pace=rules.pace,
        times=rules.times,
        cells=rules.cells,
        batches=rules.batches,
        first_check=rules.ways.shape[1],
    )


@piece
def sort_anew(changed, reckons, old, new, before, queues, slots):  # type: ignore[no-untyped-def]
    """Put into empty *queues* the cases that stood in those *before*: sorted anew at teams whose ranks or order
    *changed*. *reckons*: of these, those where it is reckoned anew what they are ordered by."""
    by_ticket = -1
    for slot in range(slots.size):
        me = slots[slot]
        if me.status != QUEUED:
            continue
        team = team_of(me, new)
        if not changed[team]:
            continue
        me.next = -1
        me.before = -1
        me.child = -1
        order = new.teams[team].order
        if order <= LAST_COME:
            me.urgency = 0.0
            by_ticket = melded(by_ticket, slot, slots)
        else:
            if reckons[team] and order != SHORTEST:
                me.urgency = most_urgent(slot, order, slots)
            elif reckons[team]:
                node = new.nodes[new.first_check + me.check if me.check >= 0 else me.node]
                if me.lot > 0 and node.batch >= 0:
                    me.urgency = work_of_batch(slot, -1, node, new, slots)
                else:
                    me.urgency = own_work(me, me.quantity, node, new)
            queue = queues[queue_of(me, team, new)]
            queue.head = melded(queue.head, slot, slots)
    while by_ticket >= 0:
        slot = by_ticket
        by_ticket = without_root(slot, slots)
        stand(slot, new, queues, slots)
    for team in range(changed.size):
        if not changed[team]:
            first = old.teams[team].queue_begin
            for at in range(first, old.teams[team].queue_end):
                queues[new.teams[team].queue_begin + at - first] = before[at]


@piece
def stand(slot, rules, queues, slots):  # type: ignore[no-untyped-def]
    """A case comes into its queue behind all that came before it, or before them where the last is served first."""
    me = slots[slot]
    team = team_of(me, rules)
    queue = queues[queue_of(me, team, rules)]
    me.next = -1
    me.before = -1
    me.child = -1
    if queue.head < 0:
        queue.head = slot
        queue.tail = slot
    elif rules.teams[team].order == FIRST_COME:
        me.before = queue.tail
        slots[queue.tail].next = slot
        queue.tail = slot
    else:
        me.next = queue.head
        slots[queue.head].before = slot
        queue.head = slot
