"""Reads the layout of notes: labels what states nothing of the patient by the words of a lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set

from codekit.text.answers import AnswerReader
from codekit.text.layout import Label, Layout, LineKind, any_of, lines, ordered
from codekit.text.things import ThingReader

_WORD = re.compile(r"[^\W_]+(?:['’/&-][^\W_]+)*")
_MOST_WORDS = 9
_MOST_OF_A_NAME = 5
_LOOK_BACK = 60
_SENTENCE = re.compile(r"[^.!?\n]+")
# A title goes on in parentheses or behind a dash.
_ADDED = re.compile(r"[ \t]+(?:[-–—|]+[ \t]|\(|\[).*|[>)\]}*=# \t-]+$")
_BLANK = re.compile(r"\[\*\*[^\n\]]*\*\*\]|\{[^{}\n]*:\d+\}|_{2,}(?:[ \t][^\W\d_]+)?")
_UNANSWERED = re.compile(
    r"^[^\n]*?(?::[ \t]*(?:_{3,}|\.{3,}|\*{3}|-{3,})|[ \t(](?:yes[ \t]*/?[ \t]*no|y[ \t]*/?[ \t]*n)\)?)[ \t]*\r?$"
    # A few words before a line to write on; three strokes are what was taken out of a text.
    r"|^[ \t]*(?:[\w/'’()-]+[ \t]+){1,5}(?:_{4,}|\.{4,})[ \t]*\r?$"
    # Lines to write on, and answers to choose from, among few words.
    r"|^(?:[^\n_.;]{0,30}(?<![_.])(?:__|_{4,}|\.{5,})(?![_.])){2,}[^\n_.;]{0,20}$"
    r"|^(?:[^\n:?_]{1,30}[:?][ \t]*_{2,}){2,}[^\n]*$"
    r"|^[^\n]*\[(?:y/n|yes/no|\d/\d)\][^\n]*$",
    re.I | re.M,
)
# Up to what ends it: the line, a tab, a full stop that is none of an initial, or the next label.
_VALUE = (
    r"(?:[^\n\t.;]|(?<=\b[A-Z])\.|(?<=\bDr)\.){0,80}?"
    r"(?=$|[ ]{2}|[\t\n;]|(?<!\b[A-Z])(?<!\bDr)\.|[ ](?-i:[A-Z])\w{1,20}:)"
)
_CAPITALIZED = re.compile(r"[A-Z][\w'’.-]*|and|&|of|for|the")
_NAME = r"[A-Z][\w'’-]*"
_AND_SO_ON = rf"(?:[ \t]+(?:(?:and|&|of|for|the)[ \t]+)*{_NAME})+"
_ITEMS = r"(?:\n[ \t]*(?:[-*•+]|\d{1,2}[.)])[^\n]*)*"


class LayoutReader:
    """Reads the layout of notes by the words of a lexicon.

    Args:
        words: Phrases in lower case, and what each makes of the line that it stands in.
        stop: Words in lower case that are part of no name.
    """

    def __init__(self, words: Mapping[str, tuple[LineKind, ...]], stop: Set[str]) -> None:
        of: dict[LineKind, list[str]] = {kind: [] for kind in LineKind}
        for phrase, kinds in words.items():
            for kind in kinds:
                of[kind].append(phrase)
        any_kind = {kind: any_of(phrases) for kind, phrases in of.items()}
        self._there = bool(words)
        self._titles = frozenset(of[LineKind.TITLE])
        self._answers = AnswerReader(of)
        self._things = ThingReader(of, stop)
        self._patterns = tuple(_patterns(any_kind))
        self._places = re.compile(rf"\b(?i:{any_kind[LineKind.PLACE]})\b")
        self._general = re.compile(rf"\b{any_kind[LineKind.GENERAL]}\b", re.I)
        self._personal = re.compile(rf"\b{any_kind[LineKind.PERSONAL]}\b", re.I)
        states = any_of(state.upper() for state in of[LineKind.STATE])
        self._states = re.compile(rf"\b{_NAME}(?:[ \t]{_NAME})?,[ \t](?P<state>{states})\b(?P<zip>[ \t]+\d{{5}})?")
        self._located = re.compile(rf"\b{any_kind[LineKind.LOCATED]}[ \t]*$", re.I)
        self._settings = re.compile(
            "|".join(
                rf"(?P<{kind}>{_START}{any_kind[kind]}[ \t*_\]=-]*(?::|\r?$))"
                for kind in (LineKind.INPATIENT, LineKind.DISCHARGE, LineKind.OUTPATIENT)
            ),
            re.I | re.M,
        )

    def read(self, text: str) -> Layout:
        """Read the layout of a note.

        Args:
            text: The whole note.

        Returns:
            Its labels, answers and things.
        """
        if not self._there:
            return Layout()
        labels = [Label(*found.span(), kind) for kind, pattern in self._patterns for found in pattern.finditer(text)]
        labels += self._title_lines(text)
        labels += self._institutions(text)
        labels += self._general_sentences(text)
        labels += self._states_of(text)
        things, phrases = self._things.find(text)
        boxes, blank = self._answers.boxes(text)
        answers = [*self._answers.questions(text), *boxes, *self._answers.tables(text)]
        labels += [*phrases, *blank]
        return Layout(labels=ordered(labels), answers=ordered(answers), things=ordered(things))

    def is_stay(self, text: str) -> bool:
        """Say whether the headings and titles of a note are those of a stay in hospital."""
        said = {found.lastgroup for found in self._settings.finditer(text)}
        return LineKind.INPATIENT in said or (LineKind.DISCHARGE in said and LineKind.OUTPATIENT not in said)

    def _title_lines(self, text: str) -> Iterator[Label]:
        """Find lines that are the name of a document: without a full stop or colon, ending with a word for one."""
        for start, line in lines(text):
            words = _WORD.findall(_ADDED.sub("", line)) if len(line) <= 80 and ":" not in line else ()
            if not words or len(words) > _MOST_WORDS or line.rstrip().endswith("."):
                continue
            last = (words[-1].lower(), " ".join(words[-2:]).lower(), " ".join(words[-3:]).lower())
            shaped = all(word[0].isupper() or not word[0].isalpha() or len(word) <= 3 for word in words)
            if shaped and not self._titles.isdisjoint(last):
                yield Label(start, start + len(line), LineKind.TITLE)

    def _institutions(self, text: str) -> Iterator[Label]:
        """Find capitalised names before words for an institution or a street."""
        for found in self._places.finditer(text):
            if found.group()[0].islower():
                continue
            base = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _LOOK_BACK)
            start = found.start()
            words = list(re.finditer(r"[^\s,.;:()]+[.]?", text[base:start]))
            for word in words[: -_MOST_OF_A_NAME - 1 : -1]:
                if text[base + word.end() : start].strip() or not _CAPITALIZED.fullmatch(word.group()):
                    break
                start = base + word.start()
            if start < found.start():
                yield Label(start, found.end(), LineKind.PLACE)

    def _states_of(self, text: str) -> Iterator[Label]:
        """Find states behind a town: with a postal code, behind an "in", or in a line with an institution."""
        for found in self._states.finditer(text):
            before = text[max(text.rfind("\n", 0, found.start()) + 1, found.start() - _LOOK_BACK) : found.start()]
            if found["zip"] or self._located.search(before) or self._places.search(before):
                yield Label(found.start(), found.end("state"), LineKind.STATE)

    def _general_sentences(self, text: str) -> Iterator[Label]:
        """Find sentences about a disease as such, and about nobody."""
        for sentence in _SENTENCE.finditer(text):
            said = sentence.group()
            if self._general.search(said) and not self._personal.search(said):
                yield Label(*sentence.span(), LineKind.GENERAL)


_START = r"^[ \t#*•<\[-]*"


def _patterns(any_kind: Mapping[LineKind, str]) -> Iterator[tuple[LineKind, re.Pattern[str]]]:
    """Write the patterns of what is labelled from its words on."""

    def any_case(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.I | re.M)

    yield LineKind.FIELD, any_case(rf"{_START}{any_kind[LineKind.FIELD]}[ \t]*(?:#[ \t]*)?:{_VALUE}")
    yield LineKind.SIGNATURE, any_case(rf"{_START}{any_kind[LineKind.SIGNATURE]}\b[^\n]{{0,80}}")
    yield LineKind.ADMINISTRATIVE, any_case(rf"{_START}{any_kind[LineKind.ADMINISTRATIVE]}\b[^\n]*")
    yield (
        LineKind.EDUCATION,
        any_case(rf"(?:{_START}|(?<=[.;:!?]\s)){any_kind[LineKind.EDUCATION]}\b(?:[^.;!?\n]|\.(?=\d))*"),
    )
    yield LineKind.LISTED, any_case(rf"\b{any_kind[LineKind.LISTED]}[ \t]*(?::[^\n]*|\r?$){_ITEMS}")
    yield (
        LineKind.COPIED,
        any_case(rf"^.*\b{any_kind[LineKind.COPIED]}\b(?:.|\n(?![ \t]*\r?\n))*?(?=\n[ \t]*\r?$|\Z|\n.*:)"),
    )
    yield (
        LineKind.ITEM,
        any_case(rf"^[ \t#*•-]*(?:\d{{1,2}}[.)][ \t]*)?{any_kind[LineKind.ITEM]}[ \t]*#?\d{{0,2}}[ \t]*:[ \t]*"),
    )
    yield LineKind.MARK, any_case(rf"\({any_kind[LineKind.MARK]}\)")
    # A value, and in parentheses another: what that would mean.
    yield (
        LineKind.RANGE,
        re.compile(
            r"(?<=\d)(?:[ \t]?[\w/%]{1,10})?[ \t]*\((?=[^()\n]*(?:[<>≤≥]|\d[ \t]?(?:-|–|to)[ \t]?-?\d))[^()\n]*\)"
        ),
    )
    yield LineKind.RANGE, any_case(rf"\({any_kind[LineKind.RANGE]}[^()\n]*\)")
    yield LineKind.BLANK, any_case(rf"^[^\n]*(?<!\w){any_kind[LineKind.BLANK]}(?!\w)[^\n]*")
    yield LineKind.BLANK, _BLANK
    yield LineKind.BLANK, _UNANSWERED
    titled, credential = any_kind[LineKind.PERSON], any_kind[LineKind.CREDENTIAL]
    yield LineKind.PERSON, re.compile(rf"\b(?i:{titled})\.?[ \t]+(?:{_NAME}|[A-Z]\.)(?:[ \t]+[A-Z][a-z'’-]+)?")
    yield (
        LineKind.PERSON,
        re.compile(
            rf"{_NAME}(?:,?[ \t]+(?:{_NAME}|[A-Z])\.?){{1,3}},?[ \t]+(?i:{credential})"
            r"(?![\w/-])(?=[ \t]*(?:$|[,;.)|/(-]))",
            re.M,
        ),
    )
    yield LineKind.PERSON, re.compile(rf"\b[A-Z]{{2,3}}[ \t]\((?i:{titled})\.?[ \t]+{_NAME}")
    surname = any_kind[LineKind.SURNAME]
    yield LineKind.PERSON, re.compile(rf"^[ \t]*(?i:{surname}):[ \t]*{_NAME},[ \t]+{_NAME}", re.M)
    yield LineKind.PLACE, re.compile(rf"\b(?i:{any_kind[LineKind.PLACE_OF]}){_AND_SO_ON}")
    yield (
        LineKind.WORK,
        re.compile(rf"\b(?i:{any_kind[LineKind.WORK]})\b[^\n\"“”.;]{{0,20}}[\"“][^\n\"“”]{{1,80}}[\"”]"),
    )
