"""The notation of phrases: read into a small tree, written back, compiled, and asked for its cues.

A phrase is words with alternatives, optional parts, slots and gaps; `docs/reference/phrases.md` has the notation.
Compiled, each step either takes all it can and gives nothing back, or is bounded, so that time grows with the length of
a text and no faster.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

import attrs

_SPACE = r"\s++"
_COMMA_SPACE = r",?+\s++"
# Not inside a word; what begins or ends with a sign may touch one.
_EDGE = r"(?:\b|(?!\w))"
_BETWEEN = r"[^\w.;]++"
_WORD_BETWEEN = rf"(?:{_BETWEEN}[^\W\d]++)"
_JOINT = r"[\s-]?"
# A number is not taken from the middle of a longer one.
_NUMBER = r"(?<!\d[.,/+])(?P<{name}>[0-9]++(?:\.[0-9]++)?+)"
_SLOTS = {
    "number": _NUMBER,
    "weeks": _NUMBER + r"(?:w[0-9]?d?|\s?\+\s?[0-9](?:/7|d)?|[\s-]?[0-9]/7|\s[0-9]d)?",
    "word": r"(?P<{name}>\w++)",
}
_DIGITS = "0123456789"
_TOKEN = re.compile(
    r"\s+|\.\.\.(?P<gap>\d+)|<(?P<slot>[a-z_]+)(?: (?P<least>\d+)-(?P<most>\d+))?>|(?P<sign>[{}\[\]|~,])|"
    r"(?P<word>(?:(?!\.\.\.)[^\s{}\[\]|~,<>*])+\*?)"
)
_CLOSED_BY = {"{": "}", "[": "]"}


class NotationError(ValueError):
    """A phrase is not of the notation; the message says what was found and what was expected."""


@attrs.frozen
class Word:
    """Letters and signs as they stand; in lower case they stand for any case.

    Args:
        text: What is written.
        open: True where any ending may follow.
    """

    text: str
    open: bool = False

    def __str__(self) -> str:
        """Write it."""
        return self.text + "*" * self.open


@attrs.frozen
class Joint:
    """A hyphen, a space or nothing, within a word."""

    def __str__(self) -> str:
        """Write it."""
        return "~"


@attrs.frozen
class Slot:
    """A number or a word that varies, or a list of the table.

    Args:
        name: One of the kinds of slot, or the name of a list.
        least: Least value of a number; None where any will do.
        most: Greatest value, as much as `least` is given.
    """

    name: str
    least: int | None = None
    most: int | None = None

    def __str__(self) -> str:
        """Write it."""
        return f"<{self.name}>" if self.least is None else f"<{self.name} {self.least}-{self.most}>"


@attrs.frozen
class Gap:
    """Some words that do not matter, without digits, within one clause.

    Args:
        most: At most so many.
    """

    most: int

    def __str__(self) -> str:
        """Write it."""
        return f"...{self.most}"


@attrs.frozen
class Group:
    """One of several phrases, or none of them where it is optional."""

    phrase: Phrase
    optional: bool = False

    def __str__(self) -> str:
        """Write it."""
        return f"[{self.phrase}]" if self.optional else f"{{{self.phrase}}}"


Part = Word | Joint | Slot | Gap | Group


@attrs.frozen
class Term:
    """Parts without a space between them.

    Args:
        parts: At least one.
        comma: True where a comma may stand behind it.
    """

    parts: tuple[Part, ...]
    comma: bool = False

    @property
    def optional(self) -> Group | None:
        """The optional group that it consists of, if it does."""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, Group) and first.optional else None

    @property
    def gap(self) -> Gap | None:
        """The gap that it consists of, if it does."""
        return self.parts[0] if isinstance(self.parts[0], Gap) else None

    def __str__(self) -> str:
        """Write it."""
        return "".join(map(str, self.parts)) + "," * self.comma


@attrs.frozen
class Phrase:
    """Sequences of terms, any of which will do; the first that fits is taken."""

    options: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        """Write it."""
        return " | ".join(" ".join(map(str, option)) for option in self.options)


def parse_phrase(text: str) -> Phrase:
    """Read a phrase.

    Args:
        text: In the notation.

    Returns:
        Its tree, of which `str` gives the text again, save for spaces.

    Raises:
        NotationError: It is not of the notation.
    """
    tokens = list(_tokens(text))
    phrase, rest = _phrase(tokens, 0)
    if rest < len(tokens):
        raise NotationError(f"got {tokens[rest].group()!r} without what opens it, expected a word or the end")
    return phrase


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotationError(
                f"got {text[at : at + 10]!r}, expected a word, {{a | b}}, [optional], <slot>, ...N, ~ or a comma"
            )
        yield match
        at = match.end()


def _phrase(tokens: list[re.Match[str]], at: int) -> tuple[Phrase, int]:
    """Read options up to what closes them."""
    options: list[tuple[Term, ...]] = []
    while True:
        option, at = _option(tokens, at)
        options.append(option)
        if at == len(tokens) or tokens[at].group() != "|":
            return Phrase(tuple(options)), at
        at += 1


def _option(tokens: list[re.Match[str]], at: int) -> tuple[tuple[Term, ...], int]:
    terms: list[Term] = []
    parts: list[Part] = []

    def close(*, comma: bool = False) -> None:
        if parts:
            terms.append(_term(tuple(parts), comma=comma))
            parts.clear()
        elif comma:
            raise NotationError("got a comma by itself, expected it right behind a word")

    while at < len(tokens):
        token = tokens[at]
        if token.group() in ("|", "}", "]"):
            break
        at += 1
        if token.group().isspace():
            close()
        elif token.group() == ",":
            close(comma=True)
        elif token.group() in _CLOSED_BY:
            closed = _CLOSED_BY[token.group()]
            phrase, at = _phrase(tokens, at)
            if at == len(tokens) or tokens[at].group() != closed:
                raise NotationError(f"got a {token.group()!r} that nothing closes, expected {closed!r}")
            parts.append(Group(phrase, optional=closed == "]"))
            at += 1
        else:
            parts.append(_part(token))
    close()
    _check(terms)
    return tuple(terms), at


def _part(token: re.Match[str]) -> Part:
    if token["gap"]:
        return Gap(int(token["gap"]))
    if token["slot"]:
        bounds = (int(token["least"]), int(token["most"])) if token["least"] else (None, None)
        return Slot(token["slot"], *bounds)
    if token["word"]:
        return Word(token["word"].removesuffix("*"), open=token["word"].endswith("*"))
    return Joint()


def _term(parts: tuple[Part, ...], *, comma: bool) -> Term:
    edges = (parts[0], parts[-1])
    if any(isinstance(part, Gap) for part in parts) and (len(parts) > 1 or comma):
        raise NotationError("got a gap that touches something, expected a space on both sides of it")
    if any(isinstance(part, Joint) for part in edges):
        raise NotationError("got a ~ at the edge of a word, expected something on both sides of it")
    if len(parts) > 1 and all(isinstance(part, Group) and part.optional for part in parts):
        raise NotationError("got a word of optional parts alone, expected one that must be there")
    if any(isinstance(part, Word) and part.open for part in parts[:-1]):
        raise NotationError("got a * within a word, expected it at its end")
    if any(isinstance(part, Slot) and part.name == "word" for part in parts[:-1]):
        raise NotationError("got <word> in front of what it would take along, expected a space behind it")
    return Term(parts, comma=comma)


def _check(terms: list[Term]) -> None:
    needed = [term for term in terms if not term.optional]
    if all(term.gap for term in needed):
        raise NotationError("got nothing that must be there, expected a word or a slot")
    if needed[0].gap or needed[-1].gap or any(one.gap and two.gap for one, two in itertools.pairwise(needed)):
        raise NotationError("got a gap at an end or beside another, expected words on both sides of it")
    if any(two.gap and one.comma for one, two in itertools.pairwise(terms)) or terms[-1].comma:
        raise NotationError("got a comma at the end or in front of a gap, expected a word behind it")


@attrs.frozen(kw_only=True)
class Compiled:
    """A phrase, ready to be looked for.

    Args:
        pattern: One regular expression, in linear time; at most one match begins at each place.
        slots: The slots that its groups hold, by the group's name.
    """

    pattern: re.Pattern[str]
    slots: Mapping[str, Slot]


def compile_phrase(phrase: Phrase, lists: Mapping[str, Phrase]) -> Compiled:
    """Compile a phrase.

    Args:
        phrase: Its tree, which `check_slots` has passed.
        lists: What the names of lists stand for.

    Returns:
        The expression with its slots.
    """
    writer = _Writer(lists)
    pattern = f"{_EDGE}(?:{writer.phrase(phrase)}){_EDGE}"
    return Compiled(pattern=re.compile(pattern), slots=writer.slots)


@attrs.define
class _Writer:
    """Writes a tree as a regular expression."""

    lists: Mapping[str, Phrase]
    slots: dict[str, Slot] = attrs.field(factory=dict)

    def phrase(self, phrase: Phrase) -> str:
        return "|".join(map(self.option, phrase.options))

    def option(self, terms: tuple[Term, ...]) -> str:
        """Write terms; an optional one takes the space in front of it along, or at the front the one behind it."""
        written: list[str] = []
        front, space = True, ""
        for term in terms:
            behind = _COMMA_SPACE if term.comma else _SPACE
            if term.gap:
                written.append(f"{_WORD_BETWEEN}{{0,{term.gap.most}}}?{_BETWEEN}")
                front, space = True, ""
            elif term.optional:
                inside = f"(?:{self.phrase(term.optional.phrase)})"
                written.append(f"(?:{inside}{behind})?" if front else f"(?:{space}{inside})?")
                # Where it is not there, either of the commas around it may be.
                space = "" if front else max(space, behind, key=len)
            else:
                written.append(space + "".join(map(self.part, term.parts)))
                front, space = False, behind
        return "".join(written)

    def part(self, part: Part) -> str:
        match part:
            case Word():
                folded = part.text == part.text.lower()
                return f"(?{'i' * folded}:{re.escape(part.text)})" + r"\w*+" * part.open
            case Group():
                return f"(?:{self.phrase(part.phrase)})" + "?" * part.optional
            case Slot():
                return self.slot(part)
            case _:
                return _JOINT

    def slot(self, slot: Slot) -> str:
        if slot.name not in _SLOTS:
            return f"(?:{self.phrase(self.lists[slot.name])})"
        group = f"{slot.name}_{len(self.slots)}"
        self.slots[group] = slot
        return _SLOTS[slot.name].format(name=group)


def check_slots(phrase: Phrase, lists: Mapping[str, Phrase]) -> None:
    """Make sure that a phrase can be compiled.

    Args:
        phrase: Its tree.
        lists: What the names of lists stand for.

    Raises:
        NotationError: A slot is of no kind and no list.
    """
    for part in (part for option in phrase.options for term in option for part in term.parts):
        if isinstance(part, Group):
            check_slots(part.phrase, lists)
        elif isinstance(part, Slot) and part.name not in (*_SLOTS, *lists):
            known = ", ".join((*_SLOTS, *lists))
            raise NotationError(f"got the slot <{part.name}>, expected one of {known}")


def cues(phrase: Phrase, lists: Mapping[str, Phrase]) -> tuple[frozenset[str], ...]:
    """Give sets of words, or parts of words, of each of which whatever a phrase matches holds one.

    Args:
        phrase: Its tree.
        lists: What the names of lists stand for.

    Returns:
        As `fold` writes them, the rarest set first: that whose shortest word is longest, and of these the smallest. Of
        alternatives there is one set for all. Empty where there is none.
    """
    every = [_option_cues(option, lists) for option in phrase.options]
    if len(every) == 1:
        return every[0]
    if not all(every):
        return ()
    return (_shortened(frozenset().union(*(sets[0] for sets in every))),)


def _option_cues(option: tuple[Term, ...], lists: Mapping[str, Phrase]) -> tuple[frozenset[str], ...]:
    found = dict.fromkeys(one for term in option for one in _term_cues(term, lists))
    return tuple(sorted(found, key=lambda one: (-min(map(len, one)), len(one))))


def _shortened(words: frozenset[str]) -> frozenset[str]:
    """Leave out the words that hold another."""
    return frozenset(word for word in words if not any(other in word for other in words if other != word))


def _term_cues(term: Term, lists: Mapping[str, Phrase]) -> Iterator[frozenset[str]]:
    for before, part in zip((None, *term.parts), term.parts, strict=False):
        match part:
            case Word():
                number = isinstance(before, Slot) and before.name == "number"
                yield frozenset(f"{digit}{fold(part.text)}" for digit in (_DIGITS if number else ("",)))
            case Group(optional=False):
                yield from cues(part.phrase, lists)
            case Slot() if part.name not in _SLOTS:
                yield from cues(lists[part.name], lists)
            case _:
                pass


def fold(text: str) -> str:
    """Write a text so that whatever matches in any case is spelled alike.

    Args:
        text: Any text.

    Returns:
        In lower case; its length may differ.
    """
    return text.lower() if text.isascii() else text.replace("İ", "i").replace("ı", "i").casefold()
