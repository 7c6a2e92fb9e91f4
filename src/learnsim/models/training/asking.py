"""Asking: whom everybody asked in a session of the compiled engine, and who was absent from it, found again by the
addresses of the random numbers. It is looked for only where a trace is wanted.
"""

from __future__ import annotations

import numpy as np

from learnsim.chance import draw_two, one_of
from learnsim.compiled import kernel
from learnsim.models.training.general_kernel import find_absent, find_roles
from learnsim.models.training.purposes import CONSULT, EXCHANGE


@kernel
def find_asked(session, key, organisation, parameters, about, address, sociability, absent_until, asked, consulted, absent):
    """Fill ``asked``, ``consulted`` and ``absent``, arrays (trainees,), as a trace has them.

    The organisation is as the session was played, and so is ``sociability``; ``absent_until`` says from when on each
    person is back.
    """
    order, offsets = organisation.order, organisation.offsets
    officers, branches = organisation.officers, organisation.branches
    roles = find_roles(organisation)
    find_absent(session, key, about, absent_until, roles, address)
    for i in range(len(asked)):
        asked[i] = consulted[i] = -1
        absent[i] = roles.present[i] == 0.0
    for g in range(len(branches) - 1):
        officers_here = branches[g + 1] - branches[g]
        for c in range(branches[g], branches[g + 1]):
            o = np.int64(officers[c])
            if parameters.consultation > 0.0 and officers_here > 1 and roles.present[o] > 0.0:
                uniform, _ = draw_two(key[0], key[1], session, np.int64(address[o]), CONSULT, 0)
                x = branches[g] + one_of(officers_here - 1, uniform)
                consulted[o] = officers[x + (x >= c)]
    for c in range(len(officers)):
        size = int(offsets[c + 1] - offsets[c])
        if size < 2 or parameters.exchange <= 0.0:
            continue
        for seat in range(offsets[c], offsets[c + 1]):
            i = order[seat]
            whether, whom = draw_two(key[0], key[1], session, np.int64(address[i]), EXCHANGE, 0)
            if whether < sociability[i] and roles.present[i] > 0.0:
                x = offsets[c] + one_of(size - 1, whom)
                asked[i] = order[x + (x >= seat)]
