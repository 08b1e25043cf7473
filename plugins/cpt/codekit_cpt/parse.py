"""Read a whole delivery into codekit's terms: codes of CPT and HCPCS, and what CMS's tables say about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import attrs

from codekit.formats.sheets import first_sheet
from codekit.plugin import Classification, Code, CodeKind, CodePair, Problem, Release, Source, SourceError
from codekit_cpt.ama import read_descriptors, read_friendly, read_modifiers, read_pla
from codekit_cpt.derive import derive_terms
from codekit_cpt.facts import is_add_on, unit_text
from codekit_cpt.fees import read_fees
from codekit_cpt.files import FileKind, find_files
from codekit_cpt.hcpcs import read_list, read_sheet, read_text
from codekit_cpt.link import Link, read_link
from codekit_cpt.ncci import PtpPairs, check_ptp, read_add_ons, read_mue, text_rows
from codekit_cpt.records import Record
from codekit_cpt.sections import MODIFIERS, Section, sections_of
from codekit_cpt.text import cells, compact_date, content, decode, lines

_Files = Mapping[FileKind, tuple[str, ...]]


def parse_release(release: Release, source: Source) -> Classification:
    """Read every file of a delivery.

    Args:
        release: The release as it was identified.
        source: Its files; they stay open until the pairs are read.

    Returns:
        The classification: codes in the order of their characters below their sections, modifiers last. Its index is
        made from the descriptors, and its pairs are the NCCI tables, of which rows with unknown codes are left out.

    Raises:
        SourceError: No code can be read.
    """
    problems: list[Problem] = []
    found = find_files(source)
    records = _records(source, found, problems)
    if not any(not record.modifier for record in records.values()):
        raise SourceError("no code can be read from these files; they are cut off or damaged, so download them again")
    add_ons, pairs = _add_ons(source, found, problems)
    facts = _tables(source, found, problems)
    for code, kind in add_ons.items():
        facts.setdefault(code, {})["add_on_type"] = kind
    codes = sorted(code for code, record in records.items() if not record.modifier)
    link = _link(source, found, problems)
    known = frozenset(codes)
    rows = [_code(records[code], release, facts.get(code, {}), _above(code, link)[-1].code) for code in codes]
    usable = (records[row.code] for row in rows if row.assignable)
    return Classification(
        release=attrs.evolve(release, sources=source.files()),
        codes=tuple(_in_sections(rows, link, [one for one in records.values() if one.modifier])),
        terms=derive_terms(usable),
        problems=tuple(problems),
        derived_index=True,
        pairs=_Pairs(
            first=tuple(pair for pair in pairs if {pair.first, pair.second} <= known),
            then=PtpPairs(source=source, names=found.get(FileKind.PTP, ()), codes=known),
        ),
    )


@attrs.frozen(kw_only=True)
class _Pairs:
    """The few pairs that are in memory, then the many that are not."""

    first: tuple[CodePair, ...]
    then: PtpPairs

    def __iter__(self) -> Iterator[CodePair]:
        return chain(self.first, self.then)


def _records(source: Source, found: _Files, problems: list[Problem]) -> dict[str, Record]:
    """Read every list of codes; of a code that several lists give, the first one stands: HCPCS, then CPT."""
    records: dict[str, Record] = {}
    given = chain(
        _hcpcs(source, found, problems),
        _cpt(source, found, problems),
        *(read_pla(name, content(source, name), problems) for name in found.get(FileKind.PLA, ())),
        *(read_modifiers(lines(source, name)) for name in found.get(FileKind.MODIFIERS, ())),
    )
    for record in given:
        records.setdefault(record.code, record)
    return records


def _hcpcs(source: Source, found: _Files, problems: list[Problem]) -> Iterator[Record]:
    for name in found.get(FileKind.HCPCS_TEXT, ()):
        yield from read_text(name, lines(source, name), problems)
    for name in found.get(FileKind.HCPCS_SHEET, ()):
        yield from read_sheet(name, _rows(name, source), problems)
    for name in found.get(FileKind.HCPCS_CSV, ()):
        yield from read_list(name, decode(content(source, name)), problems)


def _rows(name: str, source: Source) -> Iterator[list[str]]:
    return map(cells, first_sheet(name, source.read(name)))


def _cpt(source: Source, found: _Files, problems: list[Problem]) -> Iterator[Record]:
    """Join the descriptors of each CPT code; the fullest one in mixed case is its title."""
    lengths: list[tuple[FileKind, dict[str, str]]] = []
    for kind in (FileKind.LONG, FileKind.MEDIUM, FileKind.SHORT):
        for name in found.get(kind, ()):
            lengths.append((kind, read_descriptors(name, lines(source, name), problems)))
    friendly = {
        kind: read_friendly(name, lines(source, name), problems)
        for kind in (FileKind.CONSUMER, FileKind.CLINICIAN)
        for name in found.get(kind, ())
    }
    for code in dict.fromkeys(code for _, descriptors in lengths for code in descriptors):
        texts = [(kind, descriptors[code]) for kind, descriptors in lengths if code in descriptors]
        texts.sort(key=lambda pair: pair[1].isupper())
        attributes = {kind.name.lower(): text for kind, text in texts if kind is not FileKind.LONG}
        consumer = friendly.get(FileKind.CONSUMER, {}).get(code, ())
        if consumer:
            attributes["consumer"] = consumer[0]
        phrases = (*(text for _, text in texts[1:]), *consumer, *friendly.get(FileKind.CLINICIAN, {}).get(code, ()))
        yield Record(code=code, title=texts[0][1], attributes=attributes, phrases=phrases)


def _tables(source: Source, found: _Files, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """Read what CMS's tables say about single codes, and check those about pairs."""
    facts: dict[str, dict[str, str]] = {}
    given = [read_mue(name, content(source, name), problems) for name in found.get(FileKind.MUE, ())]
    given += [read_fees(name, content(source, name), problems) for name in found.get(FileKind.FEES, ())]
    for table in given:
        for code, values in table.items():
            facts.setdefault(code, {}).update(values)
    for name in found.get(FileKind.PTP, ()):
        problems.extend(check_ptp(source, name))
    return facts


def _add_ons(source: Source, found: _Files, problems: list[Problem]) -> tuple[dict[str, str], list[CodePair]]:
    types: dict[str, str] = {}
    pairs: list[CodePair] = []
    for name in found.get(FileKind.ADD_ON, ()):
        sheet = name.lower().endswith(".xlsx")
        rows = _rows(name, source) if sheet else text_rows(source, name)
        more_types, more_pairs = read_add_ons(name, rows, problems)
        types.update(more_types)
        pairs.extend(more_pairs)
    return types, pairs


def _link(source: Source, found: _Files, problems: list[Problem]) -> Link:
    properties, relationships = (found.get(kind, ()) for kind in (FileKind.PROPERTY, FileKind.RELATIONSHIP))
    if not properties or not relationships:
        return Link(headings={}, path={})
    texts = [
        [line for _, line in lines(source, name)]
        for name in (properties[0], relationships[0], *found.get(FileKind.TYPE, ()))
    ]
    types = texts[2] if len(texts) > 2 else []
    return read_link((properties[0], texts[0]), (relationships[0], texts[1]), types, problems)


def _code(record: Record, release: Release, facts: Mapping[str, str], parent: str) -> Code:
    """Make the row of a code; one that ended before the release began is listed, and no claim may carry it."""
    attributes = {**record.attributes, **facts}
    if is_add_on(record.title) or "add_on_type" in facts or facts.get("global_days") == "ZZZ":
        attributes["add_on"] = "true"
    if unit := unit_text(record.title):
        attributes["unit"] = unit
    ended = compact_date(attributes.get("terminated", ""))
    return Code(
        code=record.code,
        title=record.title,
        kind=CodeKind.CODE,
        parent=parent,
        assignable=ended is None or ended >= release.valid_from,
        attributes=attributes,
    )


def _above(code: str, link: Link) -> tuple[Section, ...]:
    """Give the sections above a code: those of CPT Link below the section of its number."""
    sections = sections_of(code)
    path = link.path.get(code, ())
    if not path:
        return sections
    rows = [sections[0]]
    for concept in path:
        title = link.headings[concept]
        if title != sections[0].title:
            rows.append(Section(f"{sections[0].code} concept {concept}", title, rows[-1].code))
    return tuple(rows)


def _in_sections(rows: Iterable[Code], link: Link, modifiers: list[Record]) -> Iterator[Code]:
    """Yield the codes, each section in front of its first code, and behind them the modifiers."""
    seen: set[str] = set()
    for row in rows:
        for section in _above(row.code, link):
            if section.code not in seen:
                seen.add(section.code)
                kind = CodeKind.BLOCK if section.parent else CodeKind.CHAPTER
                yield Code(code=section.code, title=section.title, kind=kind, parent=section.parent)
        yield row
    if modifiers:
        yield Code(code=MODIFIERS, title="Modifiers of CPT and HCPCS", kind=CodeKind.CHAPTER)
    for record in sorted(modifiers, key=lambda one: one.code):
        attributes = {**record.attributes, "modifier": "true"}
        yield Code(code=record.code, title=record.title, kind=CodeKind.CODE, parent=MODIFIERS, attributes=attributes)
