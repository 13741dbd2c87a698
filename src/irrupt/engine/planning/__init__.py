"""The plan between reviews: what clients announce, what the firm releases, how hours follow.

luck       what will be needed, and how beliefs about it move: drawn beforehand, by name and period
turns      what happens when a period begins, compiled: deliver, announce, plan
capacity   weekly hours that follow the plan
planner    all of this for one run: `Simulation` calls it when a period begins
stored     what of it is in a snapshot
"""

from irrupt.engine.planning.planner import Planner, planned_people

__all__ = ["Planner", "planned_people"]
