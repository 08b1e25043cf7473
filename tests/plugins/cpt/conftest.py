"""Editions of CPT and HCPCS to test with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cpt_files import Check, write_cpt, write_hcpcs, write_tables

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.pipeline.coder import Coder
from codekit.system import System
from codekit.types import Encounter, Finding


@pytest.fixture(scope="session")
def system() -> System:
    return System.open("cpt")


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Write CPT, HCPCS and CMS's tables, all invented, in their publishers' formats."""
    base = tmp_path_factory.mktemp("CPT2026")
    return write_cpt(base / "cpt"), write_hcpcs(base / "hcpcs"), write_tables(base / "ncci")


@pytest.fixture(scope="session")
def edition(system: System, delivery: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    store = EditionStore(system, tmp_path_factory.mktemp("cpt-editions"))
    with Edition(store.add(delivery).path) as opened:
        yield opened


@pytest.fixture(scope="session")
def hcpcs_zip(shared: Path) -> Path:
    return shared / "releases/hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"


@pytest.fixture(scope="session")
def hcpcs_2019(system: System, hcpcs_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    """Build the HCPCS of 2019 as CMS published it."""
    store = EditionStore(system, tmp_path_factory.mktemp("hcpcs-editions"))
    with Edition(store.add(hcpcs_zip).path) as opened:
        yield opened


@pytest.fixture
def check(system: System, edition: Edition) -> Check:
    def run(*typed: str, day: date | None = None) -> list[Finding]:
        return list(system.validate(typed, edition, Encounter(date_of_service=day)))

    return run


@pytest.fixture(scope="session")
def cpt_coder(system: System, edition: Edition) -> Coder:
    return Coder(system, edition)


@pytest.fixture(scope="session")
def hcpcs_coder(system: System, hcpcs_2019: Edition) -> Coder:
    return Coder(system, hcpcs_2019)
