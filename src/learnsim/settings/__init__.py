"""Settings: every parameter declared once, with default, range, unit, meaning and source.
Knows only errors; the rooms above read settings and never change them.
"""

from learnsim.settings.arms import PRESETS, Arm, ArmTable
from learnsim.settings.load import defaults, load, parse_assignment, read_tree, validate
from learnsim.settings.settings import Settings

__all__ = ["PRESETS", "Arm", "ArmTable", "Settings", "defaults", "load", "parse_assignment", "read_tree", "validate"]
