"""How findings and edits cite what they rest on."""

from __future__ import annotations

from codekit.plugin import Release

_MANUAL = "CMS NCCI Policy Manual for Medicare Services"
MODIFIERS = f"{_MANUAL}, chapter I, section E (modifiers and modifier indicators)"
PTP = f"{_MANUAL}, chapter I, sections A and E (procedure-to-procedure edits)"
MUE = f"{_MANUAL}, chapter I, section V (medically unlikely edits)"
ADD_ONS = f"{_MANUAL}, chapter I, section R (add-on codes)"
CPT_ADD_ONS = "CPT, Introduction, Add-on Codes"
CPT_MODIFIERS = "CPT, Appendix A (Modifiers)"
CPT_EVALUATION = "CPT, Evaluation and Management Services Guidelines 2023, Selecting a Level of Service"
HCPCS = "CMS HCPCS Level II, coding procedures"


def claims(section: str) -> str:
    """Cite a section of the manual's chapter on physicians."""
    return f"CMS Claims Processing Manual, Pub. 100-04, chapter 12, section {section}"


def dated(source: str, release: Release) -> str:
    """Cite a source as it is applied to a release."""
    return f"{source}; {release.title}"
