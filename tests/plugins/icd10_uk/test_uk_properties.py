"""A hierarchy written as ClaML or as TRUD's rows is read back; a damaged file raises only SourceError."""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uk_releases import CHAPTERS, CLAML, TRUD_TEXT, TRUD_XML, read, rows

from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.system import System

_CHEAP = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20
).map(lambda text: "T" + " ".join(text.split()))
_CATEGORIES = st.integers(0, 99).map(lambda number: f"K{number:02}").filter(lambda code: code <= "K93")
# Category to the titles of itself and of its fourth characters.
_TREES = st.dictionaries(
    _CATEGORIES, st.tuples(_TITLES, st.dictionaries(st.integers(0, 9), _TITLES, max_size=4)), min_size=1, max_size=6
)
Tree = dict[str, tuple[str, dict[int, str]]]


def flat(tree: Tree) -> dict[str, tuple[str, str]]:
    """Give title and parent of each code."""
    found = {code: (title, "XI") for code, (title, _) in tree.items()}
    for code, (_, below) in tree.items():
        found.update({f"{code}.{number}": (title, code) for number, title in below.items()})
    return found


def written(content: str, name: str) -> dict[str, tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(content, encoding="utf-8", newline="")
        parsed = read(file)
    assert parsed.problems == ()
    return {code: (row.title, row.parent or "") for code, row in rows(parsed).items() if row.parent}


@_CHEAP
@given(tree=_TREES, order=st.randoms(use_true_random=False))
def test_a_hierarchy_written_as_claml_is_read_back(tree: Tree, order: object) -> None:
    classes = [
        f'<Class code="{code}" kind="category"><SuperClass code="{parent}"/>'
        f'<Rubric kind="preferred"><Label>{escape(title)}</Label></Rubric></Class>'
        for code, (title, parent) in flat(tree).items()
    ]
    order.shuffle(classes)  # type: ignore[attr-defined]
    chapter = '<Class code="XI" kind="chapter"><Rubric kind="preferred"><Label>Chapter</Label></Rubric></Class>'
    text = f'<ClaML version="2.0.0"><Title version="1"/>{"".join(classes)}{chapter}</ClaML>'
    assert written(text, "random.xml") == flat(tree)


@_CHEAP
@given(tree=_TREES)
def test_a_hierarchy_written_as_trud_rows_is_read_back(tree: Tree) -> None:
    lines = [f"{code}\t{code.replace('.', '')}\tDEFAULT\t3\t{title}" for code, (title, _) in flat(tree).items()]
    header = "CODE\tALT_CODE\tUSAGE\tUSAGE_UK\tDESCRIPTION"
    assert written("\n".join([header, *lines]), "random.txt") == flat(tree)
    elements = [f"<CLASS CODE={quoteattr(code)} DESCRIPTION={quoteattr(one[0])}/>" for code, one in flat(tree).items()]
    text = f'<DSV xmlns="urn:nhs-org:icd-10">{"".join(elements)}</DSV>'
    assert written(text, "random.xml") == flat(tree)


@_CHEAP
@given(
    file=st.sampled_from((CLAML, TRUD_XML, TRUD_TEXT, CHAPTERS)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 400), st.binary(max_size=6)), max_size=4),
    end=st.floats(0.05, 1),
)
def test_a_damaged_file_raises_nothing_but_source_error(
    file: Path, cuts: list[tuple[float, int, bytes]], end: float
) -> None:
    data = file.read_bytes()
    for place, length, put in cuts:
        at = int(place * len(data))
        data = data[:at] + put + data[at + length :]
    system = System.open("icd10_uk")
    with tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder) / file.name
        damaged.write_bytes(data[: int(end * len(data))])
        try:
            with Source.open(damaged) as source:
                parsed = system.parse(system.identify(source), source)
        except SourceError:
            return
    assert any(row.assignable for row in parsed.codes)
