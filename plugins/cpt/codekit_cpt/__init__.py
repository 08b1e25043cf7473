"""CPT and HCPCS Level II for codekit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codekit.plugin import hookimpl

if TYPE_CHECKING:
    from codekit.plugin import SystemRegistry

CODEKIT_API = 1


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    """Offer CPT with HCPCS Level II.

    Source: HL7, FHIR R5 terminologies, canonical URI of CPT.
    """
    from codekit.plugin import SystemInfo
    from codekit_cpt.releases import OBTAIN
    from codekit_cpt.system import hooks

    info = SystemInfo(id="cpt", name="CPT and HCPCS", uri="http://www.ama-assn.org/go/cpt", revision=1, obtain=OBTAIN)
    register(info, hooks())
