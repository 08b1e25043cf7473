"""Labelled notes in every form that is read, and what is said of broken ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from codekit.errors import UsageError
from codekit.evaluation.corpora import load_dataset
from codekit.evaluation.datasets import GoldMention
from codekit.types import Setting, Sex
from codekit.workflows.predictions import read_predictions

TEXT = "Fièvre 🙂 today. Sprain of right ankle, secret."
START = TEXT.index("Sprain")
END = TEXT.index(",")
MENTION = {
    "code": "T10.1",
    "mention": "ankle sprain",
    "evidence": [
        {"start": START, "end": END, "text": TEXT[START:END], "kind": "diagnosis_mention"},
        {"start": 0, "end": 6, "text": TEXT[:6], "kind": "supporting_evidence"},
    ],
}
NOTE = {
    "id": "n1",
    "text": TEXT,
    "setting": "inpatient",
    "sex": "female",
    "codes": ["T20.0", "T10.1"],
    "mentions": [MENTION],
}


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_json_lines_hold_notes_codes_and_mentions(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.jsonl", NOTE, {"text": "", "codes": []})
    dataset = load_dataset(path)
    first, second = dataset.notes
    assert dataset.name == "notes.jsonl"
    assert first.note.text == TEXT
    assert (first.note.encounter.setting, first.note.encounter.sex) == (Setting.INPATIENT, Sex.FEMALE)
    assert first.codes == ("T10.1", "T20.0")
    assert first.mentions == (GoldMention(code="T10.1", text="ankle sprain", spans=((START, END),)),)
    assert (second.note.id, second.codes, second.mentions) == ("notes.jsonl:2", (), ())


def test_gzip_split_and_limit(tmp_path: Path) -> None:
    records = [{"id": str(at), "text": "x", "codes": [], "split": "dev" if at % 2 else "train"} for at in range(6)]
    plain = write(tmp_path / "notes.jsonl", *records)
    packed = tmp_path / "notes.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        assert [note.note.id for note in load_dataset(path, split="dev", limit=2).notes] == ["1", "3"]
    assert load_dataset(packed, loader="codiesp", split="dev").name == "notes.jsonl.gz:dev"
    with pytest.raises(UsageError, match="no labelled notes in split 'test'"):
        load_dataset(plain, split="test")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"codes": "T10.1"}, r":1: \$\.codes: expected a list of strings"),
        ({"codes": [1]}, r"\$\.codes: expected a list of strings"),
        ({"text": 5}, r"\$\.text: expected a string"),
        ({"mentions": [{}]}, r"\$\.mentions\[0\]: expected an object with 'code'"),
        ({"mentions": {}}, r"\$\.mentions: expected a list"),
        ({"mentions": [{"code": "T10", "evidence": [{"start": 3, "end": 999}]}]}, "expected offsets within the text"),
        ({"mentions": [{"code": "T10", "evidence": [5]}]}, "expected offsets within the text"),
        (
            {"mentions": [{"code": "T10", "evidence": [{"start": 0, "end": 3, "text": "secret"}]}]},
            "its text is not what stands at 0-3; offsets count code points",
        ),
    ],
)
def test_a_broken_line_is_named_and_not_quoted(tmp_path: Path, change: dict[str, object], told: str) -> None:
    path = write(tmp_path / "notes.jsonl", {**NOTE, **change})
    with pytest.raises(UsageError, match=told) as caught:
        load_dataset(path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"[1]\n", b"secret\n", b"\xff\xfe\n", b"", b"{}\n", b"[" * 100_000])
def test_what_is_no_dataset_is_refused(tmp_path: Path, content: bytes) -> None:
    for name in ("notes.jsonl", "notes.jsonl.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError) as caught:
            load_dataset(tmp_path / name)
        assert "secret" not in str(caught.value)
    with pytest.raises(UsageError, match="no such file"):
        load_dataset(tmp_path / "missing")
    with pytest.raises(UsageError, match="is a folder"):
        load_dataset(tmp_path)


def test_two_notes_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'n1' is there twice"):
        load_dataset(write(tmp_path / "notes.jsonl", NOTE, NOTE))


@pytest.fixture
def codiesp(tmp_path: Path) -> Path:
    """One split of CodiEsp's release, with invented cases."""
    folder = tmp_path / "dev"
    (folder / "text_files").mkdir(parents=True)
    (folder / "text_files" / "S1.txt").write_text("Esguince de tobillo, derecho.", encoding="utf-8")
    (folder / "text_files" / "S2.txt").write_text("Sano.", encoding="utf-8")
    (folder / "devD.tsv").write_text("S1\tt10.1\nS1\tt10.1\n", encoding="utf-8")
    rows = ["S1\tDIAGNOSTICO\tt10.1\tesguince derecho\t21 28;0 8", "S1\tPROCEDIMIENTO\tbw03zzz\ttobillo\t12 19"]
    (folder / "devX.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def test_codiesp_in_its_release_layout(codiesp: Path) -> None:
    for dataset in (
        load_dataset(codiesp, loader="codiesp", split="dev"),
        load_dataset(codiesp / "dev", loader="codiesp"),
    ):
        first, second = dataset.notes
        assert (first.note.id, first.codes) == ("S1", ("T10.1",))
        assert first.mentions == (GoldMention(code="T10.1", text="esguince derecho", spans=((0, 8), (21, 28))),)
        assert (second.codes, second.mentions) == ((), ())


def test_codiesp_in_english_has_no_spans(codiesp: Path) -> None:
    english = codiesp / "dev" / "text_files_en"
    english.mkdir()
    (english / "S1.txt").write_text("Sprain of right ankle.", encoding="utf-8")
    (only,) = load_dataset(codiesp, loader="codiesp", split="dev").notes
    assert (only.note.text, only.codes, only.mentions) == ("Sprain of right ankle.", ("T10.1",), ())


def test_a_broken_codiesp_is_refused(codiesp: Path) -> None:
    with pytest.raises(UsageError, match=r"expected one file \*D.tsv beside text_files, got 0"):
        load_dataset(codiesp, loader="codiesp")
    (codiesp / "dev" / "devX.tsv").write_text("S1\tDIAGNOSTICO\tt10.1\tesguince\tsomewhere\n", encoding="utf-8")
    with pytest.raises(UsageError, match="expected a position as 'start end'"):
        load_dataset(codiesp, loader="codiesp", split="dev")
    (codiesp / "dev" / "devD.tsv").write_text("S1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"devD\.tsv:1: expected 2 columns, got 1"):
        load_dataset(codiesp, loader="codiesp", split="dev")


@pytest.fixture
def mdace(tmp_path: Path) -> Path:
    """Two charts and a table of notes in the forms of MDACE and MIMIC-III, all invented."""
    folder = tmp_path / "Inpatient"
    folder.mkdir()

    def annotation(begin: int, end: int, code: str, system: str = "ICD-10-CM") -> dict[str, object]:
        return {"begin": begin, "end": end, "code": code, "code_system": system, "description": "", "type": "Human"}

    notes = [
        {
            "note_id": 7,
            "category": "Discharge summary",
            "annotations": [annotation(8, 13, "S93.401A"), annotation(0, 3, "0SJG", "ICD-10-PCS")],
        },
        {"note_id": 8, "category": "Radiology", "annotations": []},
    ]
    chart = {"hadm_id": 100, "comment": "", "notes": notes}
    other = {"hadm_id": 101, "notes": [{"note_id": 9, "annotations": [annotation(0, 3, "845.00", "ICD-9-CM")]}]}
    (folder / "100-ICD-10.json").write_text(json.dumps(chart), encoding="utf-8")
    (folder / "101-ICD-9.json").write_text(json.dumps(other), encoding="utf-8")
    rows = ['"ROW_ID","HADM_ID","TEXT"', '7,100,"Sprain\r\n\nankle ""right"""', "8,100,Clear.", "9,101,Other."]
    (tmp_path / "NOTEEVENTS.csv").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    return tmp_path


def test_mdace_takes_its_texts_from_mimic(mdace: Path) -> None:
    packed = mdace / "NOTEEVENTS.csv.gz"
    packed.write_bytes(gzip.compress((mdace / "NOTEEVENTS.csv").read_bytes()))
    for texts in (mdace / "NOTEEVENTS.csv", packed):
        first, second = load_dataset(mdace, loader="mdace", texts=texts, system_name="ICD-10-CM").notes
        assert (first.note.id, first.codes) == ("100/7", ("S93.401A",))
        assert first.mentions == (GoldMention(code="S93.401A", text="ankle", spans=((8, 13),)),)
        assert first.note.encounter.setting is Setting.INPATIENT
        assert (second.note.id, second.codes) == ("100/8", ())


def test_mdace_by_split_and_for_professional_fees(mdace: Path) -> None:
    (mdace / "test.csv").write_text("101\n", encoding="utf-8")
    (mdace / "Inpatient").rename(mdace / "Profee")
    options = {"loader": "mdace", "texts": mdace / "NOTEEVENTS.csv", "split": str(mdace / "test.csv")}
    (only,) = load_dataset(mdace, **options, system_name="ICD-9-CM").notes
    assert (only.note.id, only.note.encounter.setting) == ("101/9", Setting.OUTPATIENT)
    with pytest.raises(UsageError, match="no labelled notes"):
        load_dataset(mdace, **options, system_name="ICD-10-CM")


def test_mdace_without_the_right_texts_is_refused(mdace: Path) -> None:
    def load(texts: Path | None) -> None:
        load_dataset(mdace, loader="mdace", texts=texts, system_name="ICD-10-CM")

    with pytest.raises(UsageError, match=r"give MIMIC-III's NOTEEVENTS\.csv with --texts"):
        load(None)
    table = mdace / "other.csv"
    for content, told in (
        ("ROW_ID,TEXT\n7,short\n", "1 of 2 notes are not in it"),
        ("ROW_ID,TEXT\n7,short\n8,short\n", "an annotation lies outside the text"),
        ("a,b\n1,2\n", "expected columns ROW_ID and TEXT"),
    ):
        table.write_text(content, encoding="utf-8")
        with pytest.raises(UsageError, match=told):
            load(table)
    (mdace / "Inpatient" / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not a chart of MDACE"):
        load(mdace / "NOTEEVENTS.csv")


def test_predictions_of_any_system(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", {"id": 1, "codes": ["b", "a"]}, {"note_id": "2", "codes": []})
    found = read_predictions(path)
    assert [one.code for one in found["1"].proposals] == ["b", "a"]
    assert found["2"].proposals == ()


@pytest.mark.parametrize(
    "records",
    [
        [{"codes": []}],
        [{"id": "1"}],
        [{"id": "1", "codes": "secret"}],
        [{"id": "1", "assignments": [{"code": "secret"}]}],
        [{"id": "1", "codes": []}, {"id": "1", "codes": []}],
    ],
)
def test_broken_predictions_are_refused(tmp_path: Path, records: list[object]) -> None:
    with pytest.raises(UsageError, match=r"p\.jsonl:\d") as caught:
        read_predictions(write(tmp_path / "p.jsonl", *records))
    assert "secret" not in str(caught.value)


def test_the_shared_datasets_load(shared: Path) -> None:
    aci = load_dataset(shared / "eval" / "aci_dev.jsonl")
    assert len(aci.notes) == 67
    assert all(mention.text and mention.spans for note in aci.notes for mention in note.mentions)
    assert len(load_dataset(shared / "eval" / "codiesp_train_dev.jsonl.gz", split="dev").notes) == 250
