"""A code is found under the other way in which its publisher writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codekit.editions.store import EditionStore
from codekit.errors import UnknownCodeError
from codekit.system import System


def test_an_alias_finds_the_row_and_is_no_row_itself(install: Callable[..., Path], home: Path, tmp_path: Path) -> None:
    install(
        "padded",
        """
        from datetime import date

        from codekit.plugin import hookimpl, types

        RELEASE = types.Release(system="padded", version="1", title="Padded", valid_from=date(2026, 1, 1))

        class Padded:
            @hookimpl
            def codekit_identify_release(self):
                return RELEASE

            @hookimpl
            def codekit_parse_release(self):
                codes = tuple(
                    types.Code(code=c, title=c, kind=types.CodeKind.CODE, assignable=True) for c in ("A1", "B2")
                )
                pairs = (types.CodePair(kind="alias", first="A1X", second="A1"),)
                return types.Classification(release=RELEASE, codes=codes, terms=(), pairs=pairs)

        @hookimpl
        def codekit_register_systems(register):
            register(types.SystemInfo(id="padded", name="Padded", uri="urn:padded"), Padded())
        """,
    )
    (tmp_path / "release.txt").write_text("anything", encoding="utf-8")
    store = EditionStore(System.open("padded"), home / "editions")
    store.add(tmp_path / "release.txt")
    with store.open() as edition:
        assert [edition.get(typed).code for typed in ("A1X", "a1.x", "A1")] == ["A1", "A1", "A1"]
        assert [code.code for code in edition.codes()] == ["A1", "B2"]
        assert edition.find("B2X") is None
        with pytest.raises(UnknownCodeError):
            edition.get("X")
