"""The contract suite over every installed system."""

from __future__ import annotations

import ast
import tokenize
from io import StringIO
from pathlib import Path

from codekit.plugins.registry import load_plugins
from codekit.testing import RuleContract, SystemContract

_CODE = (tokenize.NAME, tokenize.OP, tokenize.STRING, tokenize.NUMBER)
_TOY = Path(__file__).resolve().parents[1] / "thirdparty" / "codekit-toy" / "codekit_toy.py"
_SYSTEMS = load_plugins().system_ids()

for _system in _SYSTEMS:
    globals()[f"Test_{_system}"] = type(f"Test_{_system}", (SystemContract,), {"system_id": _system})


class TestToyRules(RuleContract):
    system_id = "toy"


def test_the_systems_of_this_checkout_are_installed() -> None:
    assert {"cpt", "icd10_uk", "icd10cm", "toy"} <= set(_SYSTEMS)


def test_the_toy_is_one_file_of_less_than_seventy_lines_of_code() -> None:
    source = _TOY.read_text(encoding="utf-8")
    lines = {token.start[0] for token in tokenize.generate_tokens(StringIO(source).readline) if token.type in _CODE}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    assert len(lines) < 70


class TestRulesOfTheToy(RuleContract):
    system_id = "toy"
