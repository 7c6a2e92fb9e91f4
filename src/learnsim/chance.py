"""Chance: every random number has an address, and is a pure function of it.
There is no state, no order and no stream.

The generator is Philox4x32-10 of Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as
1, 2, 3", SC'11, doi:10.1145/2063384.2063405. The address (agent, session, purpose, index) is its counter; the
pair (seed, replicate) becomes its key. Two runs with the same seed and replicate thus give trainee 17 the same
traits and random numbers whatever else differs between them: common random numbers.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from learnsim.arrays import Addresses, Floats, Integers, Longs
from learnsim.compiled import inlined, kernel, long_kernel, phase, rule
from learnsim.errors import ChanceError

# Purposes: what a random number is for. Never renumber; a new one takes the next number that is free here and in every
# model's purposes.py. Numbers from OWN_MODEL on are for models that do not ship.
LEARNING_SPEED = 1
SOCIABILITY = 2
HELPFULNESS = 3
INTEREST = 4  # index: community
PRIOR_KNOWN = 5  # index: item (0 when expertise is concentrated in persons)
PRIOR_LEVEL = 6  # index: item
FORM_COMMUNITIES = 7
REGROUP = 8  # index 0: order; index 1: who takes part
OFFICER = 9
TURNOVER = 12
OWN_POLICY = 13  # for policies of the user's own; index is theirs
PLANNING = 46  # session: higher part of the step; agent: lower part; index: number of the annealing
REWIRING = 22  # index 4 * seat of the cellmate, then: whether, whom, which end keeps the tie
WRONG_HELD = 23  # index: item
WRONG_LEVEL = 24  # index: item
OWN_MODEL = 1001
RUN_KEY = 0xFFFFFFFF  # makes the key of a run from (seed, replicate), or from those and the arm


@inlined
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four 32-bit words from a counter of four and a key of two (Philox4x32-10).

    The 64-bit products are masked to 32 bits at once, so Python's integers and wrapping machine
    integers give the same words.
    """
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0 = ((p1 >> 32) & 0xFFFFFFFF) ^ c1 ^ k0
        c2 = ((p0 >> 32) & 0xFFFFFFFF) ^ c3 ^ k1
        c1 = p1 & 0xFFFFFFFF
        c3 = p0 & 0xFFFFFFFF
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


@inlined
def unit(high: int, low: int) -> float:
    """Two 32-bit words as one number in [0, 1) with 53 random bits."""
    return ((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0


@inlined
def two_uniforms(k0: int, k1: int, session: int, agent: int, purpose: int, block: int) -> tuple[float, float]:
    """The uniform numbers at indices 2 * block and 2 * block + 1 of one address."""
    a, b, c, d = philox(agent, session, purpose, block, k0, k1)
    return unit(a, b), unit(c, d)


@rule
def draw_two(k0: int, k1: int, session: Any, agent: Any, purpose: int, block: int) -> tuple[float, float]:
    """The same as :func:`two_uniforms`, compiled once for all purposes: where no loop is to use vector instructions."""
    return _two_uniforms(k0, k1, np.int64(session), np.int64(agent), np.int64(purpose), np.int64(block))


@kernel
def _two_uniforms(k0: int, k1: int, session: Any, agent: Any, purpose: Any, block: Any) -> tuple[float, float]:
    return two_uniforms(k0, k1, int(session), int(agent), int(purpose), int(block))


@inlined
def one_of(count: int, uniform: float) -> int:
    """One of 0 .. count-1, uniformly, for a uniform number in [0, 1)."""
    return min(int(uniform * count), count - 1)


@kernel
def draw_one(k0: int, k1: int, session: int, agent: int, purpose: int, index: int) -> float:
    """One uniform number at an address."""
    first, second = draw_two(k0, k1, session, agent, purpose, index >> 1)
    return first if index & 1 == 0 else second


@phase
def draw_pairs(
    key: tuple[int, int], session: Any, agents: Integers, purpose: Any, block: Any, first: Floats, second: Floats
) -> None:
    """Two uniform numbers of each agent, at the indices of a block; in a loop that uses vector instructions."""
    for x in range(len(agents)):
        first[x], second[x] = two_uniforms(key[0], key[1], int(session), int(agents[x]), int(purpose), int(block))


@kernel
def draw_table(k0: int, k1: int, session: int, agents: Integers, purpose: int, start: int, out: Floats) -> None:
    """Fill out[x, y] with the number of agents[x] at index start + y."""
    for x in range(out.shape[0]):
        agent = np.int64(agents[x])
        for y in range(out.shape[1]):
            index = start + y
            first, second = draw_two(k0, k1, session, agent, purpose, index >> 1)
            out[x, y] = first if index & 1 == 0 else second


@long_kernel
def draw_tables(
    key: tuple[int, int], agents: Integers, ends: Longs, sessions: Longs, purposes: Longs, columns: Longs, out: Floats
) -> None:
    """Fill the rows ``columns[k]`` to ``columns[k + 1] - 1`` of ``out`` for purpose k; see :meth:`Chance.tables`."""
    spare = np.empty(len(agents))
    for part in range(len(sessions)):
        lo, hi = ends[part], ends[part + 1]
        for k in range(len(purposes)):
            for block in range((columns[k + 1] - columns[k] + 1) // 2):
                y = columns[k] + 2 * block
                second = out[y + 1, lo:hi] if y + 1 < columns[k + 1] else spare[lo:hi]
                draw_pairs(key, sessions[part], agents[lo:hi], purposes[k], block, out[y, lo:hi], second)


@lru_cache(maxsize=1024)
def _key_of(seed: int, replicate: int, arm: str) -> tuple[int, int]:
    own = int.from_bytes(hashlib.sha256(arm.encode()).digest()[:4], "big") if arm else 0
    first, second, _, _ = philox(replicate & 0xFFFFFFFF, replicate >> 32, own, RUN_KEY, seed & 0xFFFFFFFF, seed >> 32)
    return first, second


def addresses_of(ids: Sequence[str]) -> Addresses:
    """Return where the random numbers of people with these ids are, shape (people,): a hash of each id.

    It does not depend on who else there is, unless two ids have the same hash, which a thousand people have with a chance
    of 1 in 9,000: then the one that comes first in the list keeps it, and the other's is hashed again.

    Examples
    --------
    >>> from learnsim.chance import addresses_of
    >>> addresses_of(["ann", "bob"])[1] == addresses_of(["bob"])[0]
    np.True_
    """
    addresses: dict[int, None] = {}
    for text in ids:
        content = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
        while (number := int.from_bytes(hashlib.sha256(content).digest()[:4], "big")) in addresses:
            content = hashlib.sha256(content).digest()
        addresses[number] = None
    return np.array([*addresses], dtype=np.uint32)


class Chance:
    """The random numbers of one run: uniform in [0, 1), by address.

    Parameters
    ----------
    seed : int
        Seed of the experiment, 0 to 2**64 - 1.
    replicate : int
        Number of the replicate, 0 to 2**64 - 1.
    arm : str
        Whose random numbers they are; those that all arms have in common if left out.
    audit : bool
        Raise :class:`ChanceError` when the same address is drawn twice. The agents engine always audits.
    """

    def __init__(self, seed: int, replicate: int, arm: str = "", *, audit: bool = False) -> None:
        self.seed, self.replicate = int(seed), int(replicate)
        self.key = _key_of(self.seed, self.replicate, arm)
        self._drawn: dict[int, set[tuple[int, int, int]]] | None = {} if audit else None

    def uniform(self, purpose: int, session: int, agent: int, index: int = 0) -> float:
        """Return the number in [0, 1) at one address.

        Raises
        ------
        ChanceError
            If auditing, and the address was drawn before.
        """
        self._note(purpose, session, (agent,), index, 1)
        return float(draw_one(self.key[0], self.key[1], session, agent, purpose, index))

    def uniforms(self, purpose: int, session: int, agents: Integers, index: int = 0) -> Floats:
        """Return one number in [0, 1) for each agent, shape (agents,)."""
        return self.table(purpose, session, agents, 1, index)[:, 0]

    def table(self, purpose: int, session: int, agents: Integers, width: int, index: int = 0) -> Floats:
        """Return the numbers at indices index .. index + width - 1 of each agent, shape (agents, width)."""
        out = np.empty((len(agents), width))
        self._note(purpose, session, agents, index, width)
        draw_table(self.key[0], self.key[1], session, agents.astype(np.int64, copy=False), purpose, index, out)
        return out

    def tables(self, agents: Integers, ends: Longs, sessions: Longs, widths: Mapping[int, int]) -> list[Floats]:
        """Return the first numbers of each agent for several purposes.

        Parameters
        ----------
        agents : array (n,)
        ends, sessions : arrays (parts + 1,) and (parts,)
            ``agents[ends[s] : ends[s + 1]]`` draw at ``sessions[s]``.
        widths : dict of purpose to int
            How many numbers.

        Returns
        -------
        list of arrays (n, width)
            In the order of the purposes.
        """
        columns = np.cumsum([0, *widths.values()])
        out = np.empty((columns[-1], len(agents)))
        for part, session in enumerate(sessions.tolist()):
            for what, width in widths.items():
                self._note(what, session, agents[ends[part] : ends[part + 1]], 0, width)
        draw_tables(self.key, agents.astype(np.uint32), ends, sessions, np.array([*widths]), columns, out)
        return [out[columns[k] : columns[k + 1]].T for k in range(len(widths))]

    def _note(self, purpose: int, session: int, agents: Integers | tuple[int], index: int, width: int) -> None:
        if self._drawn is None:
            return
        for old in [s for s in self._drawn if s < session - 1]:  # the past is never drawn again
            del self._drawn[old]
        drawn = self._drawn.setdefault(session, set())
        for agent in agents:
            for y in range(index, index + width):
                address = (purpose, int(agent), y)
                if address in drawn:
                    raise ChanceError(
                        f"drawn twice: seed {self.seed}, replicate {self.replicate}, session {session}, "
                        f"agent {int(agent)}, purpose {purpose}, index {y}; give each use an index of its own"
                    )
                drawn.add(address)
