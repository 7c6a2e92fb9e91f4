"""Starter: the commented experiment file that ``learnsim init`` writes.
The comments come from the declarations of the settings.
"""

from __future__ import annotations

import re
from pathlib import Path

from learnsim.errors import SettingsError, did_you_mean
from learnsim.files import write_whole
from learnsim.settings.arms import PRESETS, ArmTable
from learnsim.settings.edit import COMPANIONS
from learnsim.settings.readers import models, reads_of_arms
from learnsim.settings.schema import FIRST_LINE, is_ours, schema_text
from learnsim.settings.settings import validate
from learnsim.settings.shipped import shipped
from learnsim.settings.write import toml_of


def starter(name: str, kind: str | None = None) -> str:
    """Return a runnable experiment file of this name: all defaults of a model (by default the first), but 20 replicates."""
    kind = kind or next(iter(models()))
    safe = _safe(name)
    arms: dict[str, dict[str, str]] = {"flat-lecture": {}, "isolated-cells": {}, "hybrid": {}}
    if kind not in models():
        raise SettingsError(f"--kind={kind} is not a model{did_you_mean(kind, models())}")
    model = models()[kind]
    if model.of_class:
        raise SettingsError(f"--kind={kind} needs a class; write learnsim init --from FILE.py:CLASS")
    tree = {"experiment": {"name": safe, "replicates": 20}, "model": {"kind": kind}, "arms": arms}
    text = toml_of(validate(tree, "starter"))
    text = text[: text.index("[arms.")].replace("mean_mastery", model.headline[0])  # in the example of a precision
    text = text.replace('measure = "gini"', f'measure = "{model.headline[-1]}"')
    fields = {key: field for key, field in ArmTable.model_fields.items() if reads_of_arms(kind, key)}
    lines = [
        FIRST_LINE,
        f"# Question: {model.question}",
        "# Expected:",
        "#",
        "# Write down what you expect before you run it: the report shows the question and the expectation.",
        "",
        text,
        "# [sweep]                                      # any dotted settings, combined with every arm; see [design]",
        *model.examples,
        "",
        *model.notes,
        "# An arm is a preset with any field overridden:",
        *(f"#   {preset.ljust(16)} {meaning}" for preset, (meaning, _) in PRESETS.items()),
        "# Fields:",
        *(f"#   {key.ljust(16)} {field.description}" for key, field in fields.items()),
    ]
    for arm in arms:
        lines += ["", f"[arms.{arm}]", f'preset = "{arm}"']
    return "\n".join(lines) + "\n"


def copy_of(source: str, file: Path) -> dict[Path, str]:
    """Return the files for a copy of an experiment that comes with learnsim: its own, renamed, and those that it reads.

    Raises
    ------
    SettingsError
        If no experiment of this name comes with learnsim, with the nearest name.
    """
    if source not in shipped():
        raise SettingsError(f"--from={source} does not come with learnsim{did_you_mean(source, shipped())}")
    original = shipped()[source]
    text = original.read_text(encoding="utf-8")
    renamed = re.sub(r"^name = .*$", f'name = "{_safe(file.stem)}"', text, count=1, flags=re.MULTILINE)
    written = {file: f"{FIRST_LINE}\n{renamed}"}
    for _, key in COMPANIONS:
        if key == "class":  # those that ship are on classes that Mesa installs
            continue
        for name in re.findall(rf'^{key} = "(.+)"$', text, re.MULTILINE):
            written[file.parent / name] = (original.parent / name).read_text(encoding="utf-8")
    return written


def refresh_schema(beside: Path) -> str:
    """Bring the schema beside an experiment up to date if it is an older one of learnsim's, and return what to say of it.

    One that somebody else has written or changed is left as it is.

    Raises
    ------
    SettingsError
        If it cannot be read or written.
    """
    try:
        there = beside.read_text(encoding="utf-8", errors="replace")
        if there == schema_text():
            return ""
        if not is_ours(there):
            return f"{beside}: is not as learnsim wrote it, and stays as it is; learnsim schema prints the present one"
        write_whole(beside, schema_text().encode())
    except OSError as error:
        raise SettingsError(f"{beside}: cannot be brought up to date ({error.strerror or error})") from None
    return f"{beside}: was of another version, and is up to date now"


def write_new(files: dict[Path, str]) -> None:
    """Write new files: all of them, or none if one exists or cannot be written.

    Raises
    ------
    SettingsError
        If any file exists already, or cannot be written.
    """
    made: list[Path] = []
    try:
        for file, text in files.items():
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                made.append(file)
                stream.write(text)
    except OSError as error:
        for one in made:
            one.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise SettingsError(f"{file}: exists already; choose another name or folder") from None
        raise SettingsError(f"{file}: cannot be written ({error.strerror})") from None


def _safe(name: str) -> str:
    """Return a valid experiment name, made from the name of a file."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", name).lstrip("_.-")[:100] or "experiment"
