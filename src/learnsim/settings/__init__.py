"""Settings: every parameter declared once, with default, range, unit, meaning and source.
Settings never change.
"""

from learnsim.settings.arms import PRESETS, Arm, ArmTable
from learnsim.settings.edit import parse_assignment
from learnsim.settings.load import defaults, load, read_tree
from learnsim.settings.settings import Settings, validate

__all__ = ["PRESETS", "Arm", "ArmTable", "Settings", "defaults", "load", "parse_assignment", "read_tree", "validate"]
