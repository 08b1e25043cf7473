"""Releases in the forms that NHS TRUD and the WHO deliver, with invented texts, and what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codekit.editions.source import Source
from codekit.types import Classification, Code
from codekit_icd10_uk.system import hooks

FOLDER = Path(__file__).parent / "releases"
CLAML = FOLDER / "claml.xml"
TRUD_XML = FOLDER / "trud" / "ICD10_Edition5_CodesAndTitlesAndMetadata_GB_20160401.xml"
TRUD_TEXT = FOLDER / "trud" / "ICD10_Edition5_CodesAndTitlesAndMetadata_GB_20160401.txt"
CHAPTERS = FOLDER / "trud" / "ICD10-Chapters.txt"
FORWARD = FOLDER / "trud" / "ICD10_Edition5_TableOfCodingEquivalencesForward_GB_20160401.txt"
BACKWARD = FOLDER / "trud" / "ICD10_Edition5_TableOfCodingEquivalencesBackward_GB_20160401.txt"


def read(paths: Path | Sequence[Path]) -> Classification:
    """Read a release through the plugin's own hooks."""
    system = hooks()
    with Source.open(paths) as source:
        release = system.codekit_identify_release(source)
        assert release is not None
        return system.codekit_parse_release(release, source)


def rows(parsed: Classification) -> dict[str, Code]:
    return {row.code: row for row in parsed.codes}
