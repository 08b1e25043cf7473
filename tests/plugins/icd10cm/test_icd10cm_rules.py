"""The rules of ICD-10-CM prove themselves: each example with its rule and without it, on the embedded edition."""

from __future__ import annotations

from codekit.testing import RuleContract


class TestIcd10cmRules(RuleContract):
    system_id = "icd10cm"
