"""A trained classifier as a plugin: a linear model, trained here on real notes, proposes; a language model checks."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import pytest

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
pytest.importorskip("sklearn", reason="needs scikit-learn, which is in medcodekit[dev]")
from agents_model import asked_by, numbered, say

from codekit import Coder, CodingResult, Note
from codekit.agents.neighbours import Neighbours
from codekit.plugins.registry import load_plugins
from codekit.system import System
from codekit.types import Action

FREQUENT = 40
"""How many codes the classifier knows: those of at least 23 of its 500 training notes."""

HEPATITIS = ("K75.9", "B19.20")
"""Inflammatory liver disease excludes viral hepatitis: an Excludes1 note at K75 leads to B15-B19."""

PLUGIN = """
from pathlib import Path

import joblib

from codekit.plugin import hookimpl
from codekit.types import ProposedCode


class Classifier:
    def __init__(self):
        self.codes, self.model = joblib.load(Path(__file__).with_name("house_classifier.joblib"))

    @hookimpl
    def codekit_propose_codes(self, note):
        (scores,) = self.model.predict_proba([note.text])
        found = zip(self.codes, map(float, scores))
        return [ProposedCode(code=code, score=score) for code, score in found if score >= 0.5]


@hookimpl
def codekit_extend_system(system_id):
    return Classifier() if system_id == "icd10cm" else None
"""


@attrs.frozen
class Labelled:
    """A note with the experts' codes."""

    note: Note
    codes: frozenset[str]


@pytest.fixture(scope="module")
def splits(shared: Path) -> dict[str, list[Labelled]]:
    """Read the CodiEsp case reports."""
    read: dict[str, list[Labelled]] = {"train": [], "dev": []}
    with gzip.open(shared / "eval/codiesp_train_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            labelled = Labelled(Note(id=line["id"], text=line["text"]), frozenset(line["codes"]))
            read[line["split"]].append(labelled)
    return read


@pytest.fixture(scope="module")
def site(splits: dict[str, list[Labelled]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train the classifier and lay a distribution with it out, as pip would."""
    import joblib

    folder = tmp_path_factory.mktemp("house")
    joblib.dump(train(splits["train"]), folder / "house_classifier.joblib")
    (folder / "house_classifier.py").write_text(PLUGIN, encoding="utf-8")
    info = folder / "house_classifier-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-classifier\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[codekit]\nhouse = house_classifier\n", encoding="utf-8")
    return folder


def train(labelled: Sequence[Labelled]) -> tuple[list[str], object]:
    """Fit one logistic regression for each of the most frequent codes; return the codes with the model."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    times = Counter(code for one in labelled for code in sorted(one.codes))
    known = [code for code, _ in times.most_common(FREQUENT)]
    wanted = np.array([[code in one.codes for code in known] for one in labelled], dtype=int)
    linear = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), OneVsRestClassifier(linear))
    model.fit([one.note.text for one in labelled], wanted)
    return known, model


@pytest.fixture
def house(site: Path, coder: Coder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Coder]:
    """Give a coder of icd10cm with the distribution installed."""
    monkeypatch.syspath_prepend(str(site))
    system = System.open("icd10cm")
    yield Coder(system, coder.edition, searcher=coder.searcher)
    assert system.warnings == []
    sys.modules.pop("house_classifier", None)


def expanded(house: Coder, note: Note) -> set[str]:
    """Return what may come of the proposals for a note: they themselves and their neighbours."""
    neighbours = Neighbours(house.edition)
    rows = [row for one in house.system.propose(note, house.edition) if (row := house.edition.find(one.code))]
    return {each.code for row in rows for each in (row, *neighbours.of(row))}


def codes(result: CodingResult) -> set[str]:
    return {one.code for one in result.assignments}


def test_the_classifier_is_listed_and_better_than_chance(house: Coder, splits: dict[str, list[Labelled]]) -> None:
    (record,) = [one for one in load_plugins().records if one.name == "house"]
    assert (record.status, record.hooks) == ("ok", ("codekit_extend_system",))
    dev = splits["dev"]
    proposed = [{one.code for one in house.system.propose(each.note, house.edition)} for each in dev]
    right = sum(len(found & each.codes) for found, each in zip(proposed, dev, strict=True))
    by_chance = sum(len(found & each.codes) for found, each in zip(proposed, [*dev[1:], dev[0]], strict=True))
    assert right > 2 * by_chance
    assert right > 0.4 * sum(map(len, proposed))


def test_only_what_was_proposed_or_expanded_comes_out(house: Coder, splits: dict[str, list[Labelled]]) -> None:
    def reckless(_step: str, question: str) -> str:
        return say(answer=random.Random(question).choice([0, 99, "I21.9", *numbered(question)]))

    notes = [one.note for one in splits["dev"][:40]]
    with asked_by(house, reckless, "verify", proposer="plugin") as (agents, server):
        traces = agents.trace_many(notes)
    assert len(server.bodies) > 20
    assert any(use.fallbacks for trace in traces for use in trace.result.usage)
    assert any(codes(trace.result) for trace in traces)
    for note, trace in zip(notes, traces, strict=True):
        added = {edit.code for edit in trace.result.edits if edit.action is Action.ADD}
        assert codes(trace.result) <= expanded(house, note) | added
        assert all(house.edition.get(code).assignable for code in codes(trace.result))
        evidence = [each for one in trace.result.assignments for each in one.evidence]
        assert all(note.text[each.start : each.end] == each.text for each in evidence)


def test_the_conventions_settle_what_the_classifier_proposes(house: Coder, splits: dict[str, list[Labelled]]) -> None:
    titles = tuple(house.edition.get(code).title for code in HEPATITIS)

    def faithful(_step: str, question: str) -> str:
        kept = [number for number, text in numbered(question).items() if text.startswith(titles)]
        return say(answer=kept[0] if kept else 0)

    both = [
        one.note
        for one in splits["dev"]
        if {each.code for each in house.system.propose(one.note, house.edition)} >= set(HEPATITIS)
    ]
    with asked_by(house, faithful, "verify", proposer="plugin") as (agents, _):
        traces = agents.trace_many(both)
    settled = [one for one in traces if {each.code for all_ in one.tentative for each in all_.draft} >= set(HEPATITIS)]
    assert settled
    for trace in settled:
        assert not codes(trace.result) >= set(HEPATITIS)
        (rule,) = {one.rule for one in trace.result.dropped if one.code == "K75.9"}
        assert rule in ("excludes1", "reported-diagnoses")
