"""ICD-10 as it is used in the United Kingdom, for codekit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codekit.plugin import hookimpl

if TYPE_CHECKING:
    from codekit.plugin import SystemRegistry

CODEKIT_API = 1


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    """Offer ICD-10 UK.

    Source: HL7, FHIR R5 terminologies, canonical URI of ICD-10.
    """
    from codekit.plugin import SystemInfo
    from codekit_icd10_uk.system import hooks

    info = SystemInfo(id="icd10_uk", name="ICD-10 UK", uri="http://hl7.org/fhir/sid/icd-10", revision=2)
    register(info, hooks())
