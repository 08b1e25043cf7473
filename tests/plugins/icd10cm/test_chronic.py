"""Which diseases are chronic, against the list as it was published."""

from __future__ import annotations

import csv
import gzip
import io
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest

from codekit_icd10cm.chronic import chronicity

VALUES = {"0": False, "1": True, "9": None}


def test_every_code_has_the_value_that_was_published(shared: Path) -> None:
    published = gzip.decompress((shared / "releases/ahrq/CCIR_v2023-1.csv.gz").read_bytes())
    table = resources.files("codekit_icd10cm").joinpath("data/chronic.tsv").read_text("ascii")
    assert sha256(published).hexdigest() in table
    rows = list(csv.reader(io.StringIO(published.decode("latin-1"))))[3:]
    assert len(rows) == 74_549
    assert [code for code, _, value in rows if chronicity(code.strip("'")) is not VALUES[value]] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("I10", True, id="a code"),
        pytest.param("J18.9", False, id="one that is not chronic"),
        pytest.param("E11", True, id="a category whose codes agree"),
        pytest.param("E11.A", True, id="a code that came later"),
        pytest.param("J18", False, id="a category that is not chronic"),
        pytest.param("M05.7A", True, id="no code, below a subcategory whose codes agree"),
        pytest.param("F32", None, id="a category whose codes do not agree"),
        pytest.param("Z95.1", None, id="no determination"),
        pytest.param("U99.9", None, id="nothing near it"),
        pytest.param("", None, id="nothing at all"),
    ],
)
def test_a_code_that_the_list_lacks_takes_the_value_of_its_category(code: str, expected: bool | None) -> None:
    assert chronicity(code) is expected
