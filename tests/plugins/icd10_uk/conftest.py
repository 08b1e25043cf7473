"""Releases parsed once for all tests of this plugin."""

from __future__ import annotations

import pytest
from uk_releases import CHAPTERS, CLAML, TRUD_XML, read

from codekit import Coder
from codekit.types import Classification


@pytest.fixture(scope="session")
def uk() -> Coder:
    """Open the embedded edition, built once for the whole run."""
    from codekit.api import open

    return open("icd10_uk")


@pytest.fixture(scope="session")
def claml() -> Classification:
    return read(CLAML)


@pytest.fixture(scope="session")
def trud() -> Classification:
    return read((TRUD_XML, CHAPTERS))
