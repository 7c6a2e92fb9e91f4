"""The peer: the hybrid's session in plain NumPy, vectorised over people, as anybody would write it in an afternoon.

    python benchmarks/peer.py

Mesa is not what a compiled engine has to beat; this is. Cells are equally large, who has met whom is not counted, and no
experiment stands around it; the rules, the measures of each session and the defaults are learnsim's. Runs alternate with
learnsim's; processor time, medians. The means of both are printed too: they differ by chance alone.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from learnsim.models.runs import run_arm
from learnsim.models.training.parameters import parameters_of
from learnsim.settings import Settings


def gained(pace, ready, level, start):
    return np.minimum(1.0, pace * ready) * np.maximum(0.0, level - start)


def simulate(settings: Settings, seed: int) -> dict[str, list[float]]:
    """Play one run; return the measures of each session."""
    rng, p = np.random.default_rng(seed), parameters_of(settings, settings.arm("hybrid"))
    world, items, size = settings.organisation, settings.curriculum.items, settings.organisation.cell_size
    n, topics = world.trainees, world.communities
    cells, seats = n // size, np.arange(n)
    cell, branch = seats // size, np.arange(cells) // (cells // topics)

    def beta(trait):
        return rng.beta(*trait.shape, n)

    people = settings.people
    speed, sociability, helpfulness = beta(people.learning_speed), beta(people.sociability), beta(people.helpfulness)
    interest = rng.gamma(people.interest_concentration, size=(n, topics))
    interest /= interest.max(axis=1, keepdims=True)
    prior = settings.prior
    known = rng.random((n, items if prior.by == "item" else 1)) < prior.share
    mastery = np.where(known, rng.uniform(*prior.known, (n, items)), rng.uniform(*prior.unknown, (n, items)))
    community = np.full(n, -1)
    vacant = np.full(topics, n // topics)
    for pair in np.argsort(-interest.ravel(), kind="stable").tolist():
        i, g = divmod(pair, topics)
        if community[i] < 0 and vacant[g]:
            community[i], vacant[g] = g, vacant[g] - 1
    order, tenure = np.argsort(community, kind="stable"), np.zeros(n)
    everybody = [speed, sociability, helpfulness, interest, mastery]
    speed, sociability, helpfulness, interest, mastery = (values[order] for values in everybody)
    engaged = 1.0 - p.interest_weight * (1.0 - interest[seats, community[order]])
    quarter = max(1, n // 4)
    measures: dict[str, list[float]] = {name: [] for name in ("mean", "sd", "gini", "p10", "p90", "proficient")}
    for session in range(settings.training.sessions):
        if session % world.cycle_length == 0:
            share = n // topics
            seating = np.concatenate([g * share + rng.permutation(share) for g in range(topics)])
            moved = cell[seating] != cell
            speed, sociability, helpfulness, interest, mastery, engaged, tenure = (
                values[seating] for values in (speed, sociability, helpfulness, interest, mastery, engaged, tenure)
            )
            tenure[moved] = 0
            officer = mastery.mean(axis=1).reshape(cells, size).argmax(axis=1) + np.arange(cells) * size
            quarters = [order[part] for trait in (speed, sociability) for order in [np.argsort(trait)]
                        for part in (slice(quarter), slice(n - quarter, n))]
        gains, ready = np.zeros((n, items)), np.ones((n, items))
        ready[:, 1:] = 1.0 - p.prerequisite * (1.0 - mastery[:, :-1])
        means = mastery.reshape(cells, size, items).mean(axis=1)
        below = means < p.mastery_threshold
        current = np.where(below.any(axis=1), below.argmax(axis=1), means.argmin(axis=1))
        if p.lecture > 0.0:
            j = session // p.sessions_per_item % items
            hears = 1.0 - p.interest_weight * (1.0 - interest[:, j % topics])
            gains[:, j] += gained(p.lecture * p.lecture_effect * speed * hears, ready[:, j], 1.0, mastery[:, j])
        o, at = officer, current
        pace = p.instruction * p.council_effect * speed[o] * engaged[o]
        gains[o, at] += gained(pace, ready[o, at], 1.0, mastery[o, at])
        per = cells // topics
        other = rng.integers(0, per - 1, cells)
        other += other >= np.arange(cells) % per
        x = officer[branch * per + other]
        pace = p.consultation * p.help_effect * helpfulness[x] * speed[o] * engaged[o]
        helped = gained(pace[:, None], ready[o], mastery[x], mastery[o])
        best = helped.argmax(axis=1)
        gains[o, best] += helped[np.arange(cells), best]
        known = np.minimum(1.0, tenure / (p.rapport_sessions * (size - 1)))
        close = p.initial_rapport + (1.0 - p.initial_rapport) * known
        who, item = officer[cell], current[cell]
        pace = p.briefing * p.officers_share * p.help_effect * helpfulness[who] * np.minimum(close, close[who])
        gains[seats, item] += gained(pace * speed * engaged, ready[seats, item], mastery[who, item], mastery[seats, item])
        partner = rng.integers(0, size - 1, n)
        partner += partner >= seats % size
        x = np.flatnonzero(rng.random(n) < sociability)
        y = cell[x] * size + partner[x]
        share = p.exchange * np.where((who[x] == x) | (who[x] == y), p.officers_share, 1.0)
        near = np.minimum(close[x], close[y])
        pace = share * p.help_effect * helpfulness[y] * near * speed[x] * engaged[x]
        helped = gained(pace[:, None], ready[x], mastery[y], mastery[x])
        further = np.maximum(mastery[x], mastery[y])
        joint = gained((share * p.joint_effect * near * speed[x] * engaged[x])[:, None], ready[x], 1.0, further)
        best = (helped + joint).argmax(axis=1)
        rows = np.arange(len(x))
        np.add.at(gains, (x, best), helped[rows, best] + joint[rows, best])
        back = gained(share * p.joint_effect * near * speed[y] * engaged[y], ready[y, best], 1.0, further[rows, best])
        np.add.at(gains, (y, best), back)
        mastery = np.minimum(1.0, mastery + gains) * (1.0 - p.forgetting)
        tenure += 1
        mean = mastery.mean(axis=1)
        rising = np.sort(mean)
        measures["mean"].append(mean.mean())
        measures["sd"].append(mean.std())
        measures["gini"].append(((2 * seats + 1 - n) * rising).sum() / (n * mean.sum()))
        measures["p10"].append(np.percentile(rising, 10))
        measures["p90"].append(np.percentile(rising, 90))
        measures["proficient"].append((mean >= p.mastery_threshold).mean())
        for part in quarters:
            mean[part].mean()
    return measures


def main() -> None:
    print(f"{'trainees':>10} {'NumPy ms':>10} {'learnsim ms':>12} {'ratio':>7} {'mean mastery, NumPy and learnsim':>36}")
    for trainees, runs in ((240, 31), (12_000, 7)):
        settings = Settings().changed({"organisation.trainees": trainees})
        run_arm(settings, "hybrid")
        theirs, ours, means, ratios = [], [], [], []
        for replicate in range(runs):
            start = time.process_time()
            peer = simulate(settings, replicate)
            middle = time.process_time()
            record = run_arm(settings, "hybrid", replicate)
            end = time.process_time()
            theirs.append(middle - start)
            ours.append(end - middle)
            ratios.append(theirs[-1] / ours[-1])
            means.append((peer["mean"][-1], record["mean_mastery"][-1]))
        peer_mean, our_mean = (f"{statistics.mean(column):.3f}" for column in zip(*means, strict=True))
        times = [statistics.median(some) * 1e3 for some in (theirs, ours)]
        print(f"{trainees:>10,} {times[0]:>10.1f} {times[1]:>12.2f} {statistics.median(ratios):>7.1f}", end=" ")
        print(f"{peer_mean:>26} {our_mean}")


if __name__ == "__main__":
    main()
