"""The contract suite on the real HCPCS of 2019 and on an invented CPT release."""

from __future__ import annotations

from pathlib import Path

import pytest

from codekit.testing import SystemContract

HCPCS = Path(__file__).resolve().parents[4] / "shared/releases/hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"


@pytest.mark.skipif(not HCPCS.exists(), reason="no ../shared beside the checkout, so no real release files")
class TestHcpcs(SystemContract):
    system_id = "cpt"
    sources = (HCPCS,)


class TestInventedCpt(SystemContract):
    system_id = "cpt"

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def written(cls, delivery: tuple[Path, ...]) -> None:
        cls.sources = delivery
