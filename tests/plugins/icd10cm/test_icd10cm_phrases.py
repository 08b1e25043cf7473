"""Every row of the tables of phrases is defended by its examples, and so are those of a hospital's plugin."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, ClassVar

from codekit.plugin import PhraseBook
from codekit.testing import PhraseContract
from codekit_icd10cm.mentions import PHRASES
from codekit_icd10cm.system import hooks

_WARD: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "thirdparty/codekit-ward/codekit_ward.py"))


class TestIcd10cm(PhraseContract):
    system_id: ClassVar[str] = "icd10cm"
    phrases = PHRASES

    def hooks(self, phrases: PhraseBook) -> object:
        return hooks(phrases)


class TestWard(PhraseContract):
    system_id: ClassVar[str] = "icd10cm"
    phrases = _WARD["PHRASES"]
    extends = True

    def hooks(self, phrases: PhraseBook) -> object:
        ward: object = _WARD["Ward"](phrases)
        return ward
