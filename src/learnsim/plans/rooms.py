"""Rooms of a plan: every cell has one, the same in every cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from learnsim.errors import SettingsError
from learnsim.settings.plan import Room

Cell = tuple[int, int]  # community, and cell within it


def rooms_for(largest: Mapping[Cell, int], rooms: Sequence[Room], source: str) -> dict[Cell, str]:
    """Return the room of each cell: in the file's order if each is large enough, else the largest room to the largest cell.

    Parameters
    ----------
    largest : dict of cell to int
        The most people that the cell has in any cycle, in the order of the cells.
    rooms : sequence of Room
        None at all: cells have no rooms.
    source : str
        The file, for errors.

    Raises
    ------
    SettingsError
        If there are fewer rooms than cells, or the rooms are too small.
    """
    if not rooms:
        return {}
    if len(rooms) < len(largest):
        raise SettingsError(
            f"{source}: [plan] rooms: {len(rooms)} for {len(largest)} cells; add rooms, or make cells larger "
            "([organisation] cell_size)"
        )
    cells = list(largest)
    if all(room.seats >= largest[cell] for cell, room in zip(cells, rooms, strict=False)):
        return {cell: room.name for cell, room in zip(cells, rooms, strict=False)}
    by_size = sorted(cells, key=lambda cell: -largest[cell])
    by_seats = sorted(rooms, key=lambda room: -room.seats)
    for cell, room in zip(by_size, by_seats, strict=False):
        if room.seats < largest[cell]:
            raise SettingsError(
                f"{source}: [plan] rooms: {room.name} seats {room.seats}, but a cell has {largest[cell]} people, and no "
                "larger room is free; name a larger room, or make cells smaller ([organisation] cell_size)"
            )
    return {cell: room.name for cell, room in zip(by_size, by_seats, strict=False)}
