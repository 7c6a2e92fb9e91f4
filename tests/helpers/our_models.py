"""The models that ship, whose arms are presets; beside them there is the Mesa model of one's own."""

from learnsim.models.registry import MODELS

OURS = {name: info for name, info in MODELS.items() if not info.own_parameters}
