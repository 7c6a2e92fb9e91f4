"""The models that ship, whose arms are presets; beside them there are the models of one's own, from a file."""

from learnsim.models.registry import MODELS

OURS = {name: info for name, info in MODELS.items() if not info.of_class}
