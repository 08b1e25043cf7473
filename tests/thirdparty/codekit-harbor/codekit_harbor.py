"""The words of an invented hospital over ICD-10-CM: its abbreviations, its headings, and a cue of its own."""

from __future__ import annotations

from codekit.plugin import Assertion, Cue, Direction, Lexicon, SectionKind, hookimpl

CODEKIT_API = 1

ABBREVIATIONS = {
    "ABPA": "allergic bronchopulmonary aspergillosis",
    "ADPKD": "autosomal dominant polycystic kidney disease",
    "CGD": "chronic granulomatous disease",
    "CIDP": "chronic inflammatory demyelinating polyneuritis",
    "CVID": "common variable immunodeficiency",
    "HHT": "hereditary hemorrhagic telangiectasia",
    "MCTD": "mixed connective tissue disease",
    "PKU": "phenylketonuria",
    "PNH": "paroxysmal nocturnal hemoglobinuria",
    "TGA": "transient global amnesia",
}
HEADINGS = {
    "what we treat": SectionKind.ASSESSMENT,
    "kin": SectionKind.FAMILY_HISTORY,
    "if you feel worse": SectionKind.INSTRUCTIONS,
    "long ago": SectionKind.PAST_HISTORY,
    "story": SectionKind.HISTORY_PRESENT,
}
CUES = {"nil": (Cue(Assertion.NEGATED, Direction.AFTER),)}


@hookimpl
def codekit_extend_system(system_id: str) -> object | None:
    """Extend ICD-10-CM, and leave every other system as it is."""
    return Harbor() if system_id == "icd10cm" else None


class Harbor:
    """The hook that this hospital adds to those of the system."""

    @hookimpl
    def codekit_lexicon(self) -> Lexicon:
        """Bring the hospital's words, with which its notes are read and no index is built."""
        return Lexicon(abbreviations=ABBREVIATIONS, headings=HEADINGS, cues=CUES)
