"""A note, its encounter, and what is found in it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs


class Setting(StrEnum):
    """Where the patient was seen; several guidelines differ by it."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Sex(StrEnum):
    """The administrative sex of the patient, as edits on age and sex use it."""

    FEMALE = "female"
    MALE = "male"


class Assertion(StrEnum):
    """What a note says about a mentioned condition."""

    PRESENT = "present"
    NEGATED = "negated"
    POSSIBLE = "possible"
    HISTORICAL = "historical"
    FAMILY = "family"
    """A blood relative's."""
    SOMEONE_ELSE = "someone_else"
    """That of a husband, a roommate or another who is no blood relative."""
    HYPOTHETICAL = "hypothetical"


@attrs.frozen(kw_only=True)
class Encounter:
    """What is known of the encounter besides the note.

    Args:
        setting: Inpatient or outpatient; None where it is not given, so that the kind of document tells it.
        date_of_service: Picks the edition when none is named.
        age: In completed years, 0 to 130.
        sex: Administrative sex.
    """

    setting: Setting | None = None
    date_of_service: date | None = None
    age: int | None = attrs.field(
        default=None, validator=attrs.validators.optional([attrs.validators.ge(0), attrs.validators.le(130)])
    )
    sex: Sex | None = None


@attrs.frozen(kw_only=True)
class Note:
    """One clinical note to code.

    Args:
        id: Unique within the batch.
        text: The whole text, never changed by codekit.
        encounter: What is known besides.
    """

    id: str
    text: str
    encounter: Encounter = Encounter()


@attrs.frozen(kw_only=True)
class Cause:
    """What a note says a condition is due to.

    Args:
        start: First code point of the words that name it.
        end: One past their last.
        words: Those words in canonical form, in text order.
        link: The words that say how, such as `due to` or `late effect of`, in lower case.
        denied: Words of what it is said not to be due to; the span is then empty, and so are `words`.
    """

    start: int
    end: int
    words: tuple[str, ...]
    link: str = ""
    denied: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Mention:
    """A verbatim span of the note that names a codable condition.

    Args:
        start: First code point.
        end: One past the last code point.
        text: `note.text[start:end]`, always.
        assertion: What the note says of it.
        section: Kind of section it stands in, such as `assessment`.
        normalized: Its words in the form in which the index is searched, in text order.
        heading: True where the author set it as a problem of its own (a line of a problem list).
        scope: Span around it whose words may refine its code: the sentence, or its problem's paragraph.
        cause: What the note says it is due to; None where it names no cause.
        accompanies: True where it stands behind "with" in a statement of another condition.
        parts: What the index knows within a heading that it does not know whole: they count where the whole, looked
            up, leads nowhere.
        mended: True where one of its words was read as another that is spelled nearly like it.
        stated: What the classification says in the very words of the whole statement, best first; empty for any other
            mention.
    """

    start: int
    end: int
    text: str
    assertion: Assertion
    section: str
    normalized: tuple[str, ...]
    heading: bool = False
    scope: tuple[int, int]
    cause: Cause | None = None
    accompanies: bool = False
    parts: tuple[Mention, ...] = ()
    mended: bool = False
    stated: tuple[Candidate, ...] = ()


@attrs.frozen(kw_only=True)
class Candidate:
    """A code that the index proposes for a mention or a query.

    Args:
        code: Possibly not assignable yet.
        score: 0 to 1, how well the entry's words and the query's agree.
        term: The index entry in words, cross-references resolved.
        source: Which index or layer proposed it.
        term_id: Id of the index entry; empty where the candidate comes from elsewhere.
        manifestation: Codes that the entry asks for besides.
        exact: True where the words are an assignable row's own title or inclusion term, so that they mean no sibling.
    """

    code: str
    score: float
    term: str
    source: str
    term_id: str = ""
    manifestation: tuple[str, ...] = ()
    exact: bool = False


@attrs.frozen(kw_only=True)
class LocatedMention:
    """A mention with the codes that the index proposes for it.

    Args:
        mention: The mention.
        candidates: Best first; empty where the index has nothing for it.
        covers: True where it says what the mentions that overlap with it say, so that those give way to it.
        instead_of: Other readings of its words that gave way to it, so that their codes are shown among the dropped.
    """

    mention: Mention
    candidates: tuple[Candidate, ...] = ()
    covers: bool = False
    instead_of: tuple[LocatedMention, ...] = ()


@attrs.frozen(kw_only=True)
class ProposedCode:
    """A code that a trained classifier, or whoever else reads notes as a whole, proposes for a note.

    Args:
        code: As its author writes it; one that the edition does not hold is left out.
        score: 0 to 1, higher is surer.
        spans: Half-open code points of the note that it rests on, in text order; empty where the author cannot say.
    """

    code: str
    score: float
    spans: tuple[tuple[int, int], ...] = ()
