"""The work loop: an organisation at work, millions of steps a second, and a readable twin that proves it right."""

from irrupt.engine.chronicles import simulate
from irrupt.engine.crossings import Crossing
from irrupt.engine.orders import Order
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import Tables, tables

__all__ = ["Crossing", "Order", "Simulation", "Tables", "simulate", "tables"]
