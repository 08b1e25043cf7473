"""The order in which conventions apply: by stage, and within one after those that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from codekit.errors import PluginError

if TYPE_CHECKING:
    from codekit.conventions.model import Convention


class Stage(IntEnum):
    """What a convention is about, in the order in which the reconciler takes them.

    Combinations are made among all documented conditions, before it is decided which of them are reported; what is
    added, chosen and sequenced afterwards is among the reported ones.
    """

    SAID = 1
    """What the record says of a condition, certain or possible, the patient's or a relative's, now or before."""
    COMBINE = 2
    """Which conditions are one code together, or one by another."""
    REPORT = 3
    """Which documented conditions are reported for this encounter, and on what basis."""
    ADD = 4
    """Which further codes those ask for."""
    CHOOSE = 5
    """Which of several codes that do not stand together stays."""
    ORDER = 6
    """Which code stands first, and which behind which."""
    CHECK = 7
    """What the coder is told, or the clinician is asked."""

    @property
    def label(self) -> str:
        """Its name as people and programs see it, such as `combine`."""
        return self.name.lower()

    @classmethod
    def read(cls, label: str) -> Stage:
        """Find a stage by its label.

        Raises:
            ValueError: None has it.
        """
        found = next((one for one in cls if one.label == label), None)
        if found is None:
            raise ValueError(f"got the stage {label!r}, expected one of {', '.join(one.label for one in cls)}")
        return found


SAID = Stage.SAID
"""Stage of what the record says."""
COMBINE = Stage.COMBINE
"""Stage of conditions that are one code together."""
REPORT = Stage.REPORT
"""Stage of what the encounter reports."""
ADD = Stage.ADD
"""Stage of further codes that are asked for."""
CHOOSE = Stage.CHOOSE
"""Stage of codes that do not stand together."""
ORDER = Stage.ORDER
"""Stage of the sequence."""
CHECK = Stage.CHECK
"""Stage of what is told and asked."""


def arrange(conventions: Sequence[Convention]) -> tuple[Convention, ...]:
    """Bring conventions into the order in which they apply.

    Args:
        conventions: As they are declared; of those that neither stage nor `after` sets apart the earlier declared
            applies first.

    Returns:
        By stage; within a stage each behind those that its `after` names. An id that no convention has is passed over,
        for an extension may name a rule that not every edition has.

    Raises:
        PluginError: They go round in a circle, or one names a convention of a later stage.
    """
    by_id = {one.id: one for one in conventions}
    declared = {one.id: at for at, one in enumerate(conventions)}
    for one in conventions:
        late = next((name for name in one.after if name in by_id and by_id[name].stage > one.stage), None)
        if late is not None:
            raise PluginError(
                f"convention {one.id!r} of stage {one.stage.label} is to apply after {late!r}, whose stage "
                f"{by_id[late].stage.label} comes later; change its stage, or take the name out of its `after`"
            )
    before = {one.id: {name for name in one.after if name in by_id} for one in conventions}
    arranged: list[Convention] = []
    ready = [(one.stage, declared[one.id], one.id) for one in conventions if not before[one.id]]
    heapify(ready)
    behind = _reversed(before)
    while ready:
        _, _, done = heappop(ready)
        arranged.append(by_id[done])
        for name in behind.get(done, ()):
            before[name].discard(done)
            if not before[name]:
                heappush(ready, (by_id[name].stage, declared[name], name))
    if len(arranged) < len(by_id):
        circle = " → ".join(_circle({name: left for name, left in before.items() if left}))
        raise PluginError(f"conventions apply after one another in a circle: {circle}; take one name out of an `after`")
    return tuple(arranged)


def _reversed(before: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    behind: dict[str, list[str]] = {}
    for name, earlier in before.items():
        for each in earlier:
            behind.setdefault(each, []).append(name)
    return behind


def _circle(waiting: Mapping[str, Iterable[str]]) -> list[str]:
    """Walk from one waiting convention to what it waits for until one comes again."""
    path = [min(waiting)]
    while path[-1] not in path[:-1]:
        path.append(min(name for name in waiting[path[-1]] if name in waiting))
    return path[path.index(path[-1]) :]
