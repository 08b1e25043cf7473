"""The contract suite over every installed system."""

from __future__ import annotations

from codekit.registry import load_plugins
from codekit.testing import SystemContract

_SYSTEMS = load_plugins().system_ids()

for _system in _SYSTEMS:
    globals()[f"Test_{_system}"] = type(f"Test_{_system}", (SystemContract,), {"system_id": _system})


def test_the_systems_of_this_checkout_are_installed() -> None:
    assert {"icd10cm", "toy"} <= set(_SYSTEMS)
