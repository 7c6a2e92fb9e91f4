"""Rules of a plan: what the file says of people by id and label, as features and balances of a search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from learnsim.arrays import Indices
from learnsim.errors import SettingsError, listed
from learnsim.planning import Balance, Feature, Pin
from learnsim.plans.people import MINIMUM, Attendees
from learnsim.settings.plan import Rules


class RulesOfPeople:
    """The rules of a plan, with the people by number.

    Parameters
    ----------
    rules : Rules
    people : Attendees

    Raises
    ------
    SettingsError
        If a rule names somebody, a label or a value that is not there, or a list names somebody twice.
    """

    def __init__(self, rules: Rules, people: Attendees) -> None:
        self.rules, self.people = rules, people
        self.lists = [(kind, name, members) for kind, name, members in self._lists()]
        self.kinds = [(kind, name, members) for kind, name, members in self._kinds()]
        self.balances = [(text, people.numbers(text, "[plan.rules] balance")) for text in rules.balance]
        self.pins = [
            (people.number(pin.person, "[plan.rules] pinned"), pin.cell - 1, None if pin.cycle is None else pin.cycle - 1)
            for pin in rules.pinned
        ]

    def _lists(self) -> Iterator[tuple[str, str, list[int]]]:
        for kind in ("apart", "together"):
            for words in getattr(self.rules, kind):
                place = f"[plan.rules] {kind}"
                members = [self.people.number(word, place) for word in words]
                for number in members:
                    if members.count(number) > 1:
                        raise SettingsError(
                            f"{self.people.source}: {place}: {self.people.called(number)} is named twice in a list"
                        )
                yield kind, f"{kind} {listed(words)}", members

    def _kinds(self) -> Iterator[tuple[str, str, list[int]]]:
        for kind in ("not_alone", "spread"):
            for text in getattr(self.rules, kind):
                for name, members in self.people.kinds(text, f"[plan.rules] {kind}").items():
                    yield kind, f"{kind} {name}", members

    def conflicts(self, community: Indices, communities: Sequence[str], left: Collection[int] = ()) -> list[str]:
        """Return which rules cannot hold because of who is in which community, each as a sentence.

        Of those who have left nothing is asked.
        """
        called, sentences = self.people.called, []
        for kind, name, members in self.lists:
            members = [number for number in members if number not in left]
            homes = {int(community[number]) for number in members}
            if kind == "together" and len(homes) > 1:
                each = ", ".join(f"{called(number)} in {communities[community[number]]}" for number in members)
                sentences.append(f"{name}: they are in different communities ({each}); people meet within their community")
        for name in self.rules.not_alone:
            for kind, members in self.people.kinds(name, "[plan.rules] not_alone").items():
                members = [number for number in members if number not in left]
                where = [int(community[number]) for number in members]
                for home in dict.fromkeys(where):
                    if where.count(home) < MINIMUM:
                        alone = next(number for number in members if community[number] == home)
                        sentences.append(
                            f"not_alone {kind}: in {communities[home]} only {called(alone)} is of this kind, and so will "
                            "always be the only one"
                        )
        return sentences

    def of_community(self, people: Sequence[int]) -> tuple[list[Feature], list[Balance], list[Pin]]:
        """Return the rules as they concern the people of one community, by their places there."""
        place = {number: x for x, number in enumerate(people)}
        features, prices, hard = [], self.rules.prices, self.rules.hard
        for kind, name, members in (*self.lists, *self.kinds):
            here = [place[number] for number in members if number in place]
            if here and (len(here) > 1 or kind in ("not_alone", "spread")):
                features.append(Feature(kind, here, getattr(prices, kind), kind in hard, name))
        balances = [
            Balance(numbers[list(people)], prices.balance, name=f"balance {name}")
            for name, numbers in self.balances
            if np.isfinite(numbers[list(people)]).any()
        ]
        pins = [Pin(place[number], cell, cycle) for number, cell, cycle in self.pins if number in place]
        return features, balances, pins

    def bound(self, people: Sequence[int]) -> dict[int, set[int]]:
        """Return for each person of a community those who must be in the same cell."""
        groups: dict[int, set[int]] = {number: {number} for number in people}
        for kind, _, members in self.lists:
            if kind == "together" and all(number in groups for number in members):
                joined = set().union(*(groups[number] for number in members))
                for number in joined:
                    groups[number] = joined
        return groups
