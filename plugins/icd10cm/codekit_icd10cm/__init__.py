"""ICD-10-CM for codekit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codekit.plugin import hookimpl

if TYPE_CHECKING:
    from codekit.plugin import SystemRegistry

CODEKIT_API = 1


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    """Offer ICD-10-CM.

    Source: HL7, FHIR R5 terminologies, canonical URI of ICD-10-CM.
    """
    from codekit.plugin import SystemInfo
    from codekit_icd10cm.system import hooks

    info = SystemInfo(
        id="icd10cm", name="ICD-10-CM", uri="http://hl7.org/fhir/sid/icd-10-cm", revision=7, calibrated=True
    )
    register(info, hooks())
