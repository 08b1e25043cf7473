"""The rules of CPT prove themselves on the invented release.

What needs no more than HCPCS, which CMS publishes for all, has its examples beside the rule, and they hold on any
edition. The others need codes of CPT. Their numbers stand for other services in the AMA's release than in the invented
one, so that their examples would tell a user of the plugin something false: they stand here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from cpt_files import write_cpt, write_hcpcs, write_tables
from test_cpt_contract import HCPCS

from codekit.plugin import Example
from codekit.testing import RuleContract

_FOLDER = TemporaryDirectory(prefix="codekit-cpt-rules-", ignore_cleanup_errors=True)
_BASE = Path(_FOLDER.name)


def reports(rule: str, *claims: str, day: date | None = None) -> list[Example]:
    """Make examples of claims that a rule reports something of, and leaves as they are."""
    return [Example(codes=codes, gives=codes, reports=rule, day=day) for codes in claims]


def passes(*claims: str, day: date | None = None) -> list[Example]:
    """Make examples of claims that a rule has nothing to say of."""
    return [Example(codes=codes, gives=codes, day=day) for codes in claims]


class TestCptRules(RuleContract):
    system_id = "cpt"
    sources = (write_cpt(_BASE / "cpt"), write_hcpcs(_BASE / "hcpcs"), write_tables(_BASE / "ncci"))
    examples: ClassVar[Mapping[str, Sequence[Example]]] = {
        "cpt-not-given": [
            Example("Patient declined open grommetorrhaphy of knee.", without="27001"),
            Example("Procedure: open grommetorrhaphy of knee was discussed and then performed.", gives="27001"),
        ],
        "cpt-units": [
            Example("Procedure: therapeutic wobbling for 40 minutes.", gives="97001x3", without="97001"),
            Example("Procedure: therapeutic wobbling for 22 minutes.", gives="97001"),
        ],
        "cpt-sides": [
            Example("Procedure: open grommetorrhaphy of the right knee.", gives="27001-RT", without="27001"),
            Example("Procedure: open grommetorrhaphy of the left knee.", gives="27001-LT", without="27001"),
            Example("Procedure: bilateral open grommetorrhaphy of knee.", gives="27001-50", without="27001"),
            Example("Procedure: open grommetorrhaphy of knee.", gives="27001"),
            Example("Procedure: right knee brace for grommets, dispensed.", gives="L9991-RT", without="L9991"),
            Example("Procedure: bilateral knee brace for grommets, dispensed.", gives="L9991"),
            Example("Procedure: imaging of grommet, complete, right knee.", gives="77001"),
        ],
        "cpt-postoperative": [
            Example("Procedure: staged open grommetorrhaphy of knee.", gives="27001", reports="cpt-postoperative"),
            Example(
                "Return to the operating room for open grommetorrhaphy of knee.",
                gives="27001",
                reports="cpt-postoperative",
            ),
            Example(
                "Open grommetorrhaphy of knee, unrelated to the recent surgery.",
                gives="27001",
                reports="cpt-postoperative",
            ),
            Example(
                "Established patient. MDM: low. Cough, unrelated to his recent surgery.",
                gives="99213",
                reports="cpt-postoperative",
            ),
            Example("Procedure: open grommetorrhaphy of knee.", gives="27001"),
            Example("Unrelated to the recent surgery, plonk level in serum.", gives="80001"),
        ],
        "cpt-visit-level": [
            Example("Office visit.", asks="level of service"),
            Example("New patient. Total time: 5 minutes.", asks="level of service"),
            Example("Office visit. MDM: moderate.", asks="level of service"),
            Example("Established patient. MDM: moderate.", gives="99214"),
        ],
        "cpt-ncci-included": [
            Example(codes="27001 27003", gives="27001", without="27001 27003"),
            Example(codes="27003-59 27001", gives="27001", without="27003-59 27001"),
            *passes("27001 27002", "27001 77001"),
        ],
        "cpt-add-on-sequence": [
            Example(codes="11002 11001", gives="11001 11002", without="11002 11001"),
            Example(codes="64001 27002", gives="27002 64001", without="64001 27002"),
            *passes("11001 11002", "27001 11001"),
        ],
        "cpt-code-dates": [
            Example("HCPCS J9993 given.", gives="J9993", day=date(2026, 1, 15), reports="cpt-code-dates"),
            Example("HCPCS J9993 given.", gives="J9993", day=date(2026, 5, 15)),
            Example("HCPCS J9993 given.", gives="J9993"),
        ],
        "cpt-coverage": [
            Example("Dispensed a wobble board.", gives="E9991", reports="cpt-coverage"),
        ],
        "cpt-modifier-fits": [
            *reports("cpt-modifier-fits", "27001-25", "99213-59", "11001 11002-51"),
            *passes("99213-25", "27001-59", "27001-51"),
        ],
        "cpt-modifier-sides": [
            *reports("cpt-modifier-sides", "77001-50", "27005-50"),
            *passes("27001-50"),
        ],
        "cpt-add-on-primary": [
            *reports("cpt-add-on-primary", "11002", "64001", "11002 27002", "27004 11002"),
            *passes("11001 11002", "27002 64001"),
        ],
        "cpt-ncci-pair": [
            *reports("cpt-ncci-pair", "27001 27002", "27001-LT 27002-LT", "27001 99213"),
            *reports("cpt-ncci-pair", "27001 27004", day=date(2026, 1, 15)),
            *passes("27001 27002-59", "27001-LT 27002-RT", "27001 77001"),
            *passes("27001 27004", day=date(2026, 5, 15)),
        ],
        "cpt-ncci-units": [
            Example("CPT 80001 x 3.", gives="80001x3", reports="cpt-ncci-units"),
            Example("CPT 27001 x 2.", gives="27001x2", reports="cpt-ncci-units"),
            Example("Procedure: inventamab 40 mg infused.", gives="J9991x4", reports="cpt-ncci-units"),
            Example("CPT 80001 x 2.", gives="80001x2"),
            Example("Procedure: inventamab 30 mg infused.", gives="J9991x3"),
        ],
        "cpt-global-days": [
            *reports("cpt-global-days", "99214 11001", "99214 27001", "99214-25 27001", "99214 27003"),
            *passes("99214-25 11001", "99214-57 27001", "99214 77001"),
        ],
        "cpt-one-visit": [
            *reports("cpt-one-visit", "99213 99214", "99203 99215-25"),
            *passes("99213", "99213 77001"),
        ],
    }


@pytest.mark.skipif(not HCPCS.exists(), reason="no ../shared beside the checkout, so no real release files")
class TestHcpcsRules(RuleContract):
    system_id = "cpt"
    sources = (HCPCS,)
    rules = (
        "cpt-coverage",
        "cpt-edition-dates",
        "cpt-modifier-distinct",
        "cpt-modifier-fits",
        "cpt-modifier-known",
        "cpt-modifier-sides",
        "cpt-not-billable",
        "cpt-not-done",
        "cpt-not-given",
        "cpt-units",
    )
