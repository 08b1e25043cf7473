"""Read from the Physician Fee Schedule how long the global period of a procedure is, and whether it has two sides.

Source: CMS, Physician Fee Schedule relative value files (PPRRVU), record layout; Claims Processing Manual 100-04,
chapter 12, section 40.1 (global days 000, 010, 090, XXX, YYY, ZZZ, MMM) and 40.7 (bilateral indicators 0 to 3, 9).
"""

from __future__ import annotations

import re

from codekit.plugin import Problem
from codekit_cpt.text import csv_rows, decode, fold

_GLOBAL = re.compile(r"000|010|090|XXX|YYY|ZZZ|MMM")
_BILATERAL = re.compile(r"[01239]")
# A column's heading goes over several rows: GLOB above DAYS.
_HEADING_ROWS = 5


def read_fees(name: str, data: bytes, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """Read a relative value file.

    Args:
        name: Name of the file, for problems.
        data: The comma-separated form.
        problems: What cannot be read is added here, and left out.

    Returns:
        For each code the facts `global_days` and `bilateral`, as far as the file has them; of a code's rows that
        without modifier stands, for the others are its parts.
    """
    rows = [[fold(cell) for cell in row] for _, row in csv_rows(name, decode(data), problems)]
    start = next((at for at, row in enumerate(rows) if "HCPCS" in row), None)
    if start is None:
        return {}
    above = rows[max(start - _HEADING_ROWS + 1, 0) : start + 1]
    heading = [fold(" ".join(row[at] for row in above if at < len(row))).upper() for at in range(max(map(len, above)))]
    code_at, modifier_at = rows[start].index("HCPCS"), rows[start].index("MOD") if "MOD" in rows[start] else None
    columns = {
        "global_days": (next((at for at, text in enumerate(heading) if "GLOB" in text), None), _GLOBAL),
        "bilateral": (next((at for at, text in enumerate(heading) if "BILAT" in text), None), _BILATERAL),
    }
    facts: dict[str, dict[str, str]] = {}
    for row in rows[start + 1 :]:
        code = row[code_at] if code_at < len(row) else ""
        part = modifier_at is not None and modifier_at < len(row) and bool(row[modifier_at])
        if len(code) != 5 or (part and code in facts):
            continue
        found = {
            key: row[at]
            for key, (at, form) in columns.items()
            if at is not None and at < len(row) and form.fullmatch(row[at])
        }
        if not part or found:
            facts[code] = found
    return facts
