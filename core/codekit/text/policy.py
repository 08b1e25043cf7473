"""What a site reports or leaves by its own policy: rows of a table that are read with its words."""

from __future__ import annotations

from collections.abc import Set

import attrs

from codekit.text.sections import SectionKind
from codekit.types import Setting


@attrs.frozen(kw_only=True)
class PolicyRow:
    """One row of a site's policy: codes that it reports or leaves, and where.

    Args:
        codes: Rows of the tabular list and ranges (`FIRST-LAST`).
        report: True where they are reported, False where they are left.
        reason: One sentence, which the coder reads.
        source: Where the row stands, such as `policy.tsv, line 3`.
        setting: The only setting in which it holds; None for both.
        sections: It holds for codes that are stated in one of these; none for codes stated anywhere.
        outside: True where it holds for codes that are stated in none of the sections instead.
    """

    codes: tuple[str, ...]
    report: bool
    reason: str
    source: str
    setting: Setting | None = None
    sections: frozenset[SectionKind] = frozenset()
    outside: bool = False

    def holds(self, setting: Setting | None, stated: Set[str]) -> bool:
        """Say whether it holds for a code.

        Args:
            setting: Setting of the encounter.
            stated: The kinds of the sections in which the code is stated.
        """
        if self.setting not in (None, setting):
            return False
        return not self.sections or stated.isdisjoint(self.sections) is self.outside
