"""What the readers of code lists give: one record for each code or modifier."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Record:
    """A code or a modifier as a file describes it.

    Args:
        code: Five characters, or two for a modifier.
        title: The fullest descriptor of the file, white space folded.
        modifier: True for a modifier.
        attributes: Further facts of the file.
        phrases: Shorter descriptors of the same service, for the index.
    """

    code: str
    title: str
    modifier: bool = False
    attributes: Mapping[str, str] = attrs.field(factory=dict)
    phrases: tuple[str, ...] = ()
