"""What is decided between events: what clients announce, what the firm releases, how hours follow.

luck       what will be needed, and how beliefs about it move: drawn beforehand, by name and period
turns      what happens when a period begins, compiled: deliver, announce, plan
capacity   weekly hours that follow the plan
planner    all of this for one run: `Simulation` calls it when a period begins
stretching  daily hours that follow what waits, anywhere: `Simulation` calls it when a day begins
days       what somebody works on one day, and rules with such hours
queued     what waits for a team
books      what became of these hours: announced, worked, told with what notice
history    what they changed in the rules, with before and after
stored     what of all this is in a snapshot
"""

from irrupt.engine.planning.planner import Planner, planned_people
from irrupt.engine.planning.stretching import Stretching

__all__ = ["Planner", "Stretching", "planned_people"]
