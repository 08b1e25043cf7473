"""The contract suite over each form that a user may add; `tests/contract` has it for the embedded default."""

from __future__ import annotations

from uk_releases import CHAPTERS, CLAML, TRUD_TEXT, TRUD_XML

from codekit.testing import SystemContract


class TestClaml(SystemContract):
    system_id = "icd10_uk"
    sources = (CLAML,)


class TestTrudXml(SystemContract):
    system_id = "icd10_uk"
    sources = (TRUD_XML, CHAPTERS)


class TestTrudText(SystemContract):
    system_id = "icd10_uk"
    sources = (TRUD_TEXT,)
