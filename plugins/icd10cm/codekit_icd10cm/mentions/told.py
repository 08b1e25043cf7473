"""What a sentence tells as having happened to the patient, now and not once."""

from __future__ import annotations

import re

import attrs

from codekit.plugin import Assertion, Code, Sentence

_SUBORDINATE = re.compile(
    r"\b(?:when|while|after|from|following|during|since|because|as|due to|status post|s/p|secondary to|but|who|and)\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:history of|hx of|h/o|fear of|risk of|risk for)\s+(?:\w+ ){0,2}$|"
    r"\b(?:prior|previous|previously|remote|recurrent|frequent|repeated|possible|suspected|questionable|almost|nearly|near|"
    r"prevent|avoid|would|could|might|may|not|never|(?<!due )(?<!secondary )(?<!related )(?<!attributed )to)\s+$|"
    r"\b(?:years? ago|as a child|in childhood|in (?:19|20)\d\d)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"^[^.;]{0,60}\b(?:(?:years?|decades?) (?:ago|earlier|prior)|as a child|in childhood|in the past|"
    r"in (?:high school|college)|(?:in|since) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:reports?|reported|states?|stated|says|said|tells|told|notes?|noted|describes?|brought|accompanied|witness\w*)\b",
    re.I,
)


@attrs.frozen(kw_only=True)
class Told:
    """An event that a note tells.

    Args:
        rank: Place of its frame, then of its row: the lower says more of how the injury came about.
        start: First code point in the note.
        end: One past the last.
        words: The narrower span of the words that lead to the row.
        row: The row it leads to.
        sentence: Where it stands.
        frame: The kind of event; empty for a circumstance.
    """

    rank: tuple[int, int]
    start: int
    end: int
    words: tuple[int, int]
    row: Code
    sentence: Sentence
    frame: str

    @property
    def text(self) -> str:
        """The words of the note that tell it."""
        return self.sentence.note[self.start : self.end]


def happened(sentence: Sentence, event: re.Match[str]) -> bool:
    """Say whether an event is told of the patient and of this episode of care."""
    front, behind = sentence.text[: event.start()], sentence.text[event.end() :]
    if _NOT_NOW.search(front) or _LONG_AGO.search(behind):
        return False
    said = sentence.mention(sentence.start + event.start(), sentence.start + event.end()).assertion
    if said is Assertion.NEGATED:
        # "No loss of consciousness when he fell" denies the one and tells the other.
        return bool(_SUBORDINATE.search(sentence.text[: event.end()]))
    if said in (Assertion.FAMILY, Assertion.SOMEONE_ELSE):
        return bool(_REPORTED.search(sentence.text))
    return said is not Assertion.HYPOTHETICAL


def tell(
    sentence: Sentence,
    words: re.Match[str],
    row: Code,
    event: re.Match[str] | None = None,
    rank: tuple[int, int] = (0, 0),
    frame: str = "",
) -> Told:
    """Make what a sentence tells of its matches.

    Args:
        sentence: The sentence.
        words: The words that lead to the row.
        row: The row.
        event: The words of the event itself; None where they are the same.
        rank: How it compares with other events.
        frame: The kind of event.

    Returns:
        The event with offsets of the note, from the first of both matches to the last.
    """
    start, end = words.span()
    whole = words.span() if event is None else (min(start, event.start()), max(end, event.end()))
    at = sentence.start
    return Told(
        rank=rank,
        start=at + whole[0],
        end=at + whole[1],
        words=(at + start, at + end),
        row=row,
        sentence=sentence,
        frame=frame,
    )
