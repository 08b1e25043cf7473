"""Walking down the tabular hierarchy to assignable codes, with the detail that the note supports and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.context import Context
from codekit.specificity import Facet, FacetValue, Specificity
from codekit.text.facets import title_values
from codekit.types import Code, NoteKind, Reason

# How siblings compare. A stated facet outweighs words, and what the note contradicts outweighs everything.
_STATED, _BY_DEFAULT, _UNSTATED, _CONTRADICTED = 3.0, 1.5, -3.0, -10.0
_WORD_IN_MENTION, _WORD_IN_SCOPE, _WORD_MISSING = 1.0, 0.6, -1.5
_UNSPECIFIED, _ABSENT, _OTHER = 0.8, 0.6, -0.2
_WEAK_WORD_SHARE = 0.3
_CLEARLY = 2.0
# In a title "and" stands for "or" as well, as "to" does in "mild to moderate".
_EITHER = re.compile(r"\b(\w+) (?:to|and) (\w+)\b")
_STATES = re.compile(r"\b(?:with|due to|of|in)\b")


@attrs.frozen(kw_only=True)
class Refined:
    """Assignable codes and how the hierarchy led to them.

    Args:
        codes: Usually one; several where one code cannot say it, as for both sides; none where no child is assignable.
        reasons: One for each level.
        unsupported: Titles chosen though the note does not state all that they say.
        open_facets: Facets on which a code says `unspecified` because the note is silent.
    """

    codes: tuple[Code, ...]
    reasons: tuple[Reason, ...] = ()
    unsupported: tuple[str, ...] = ()
    open_facets: tuple[str, ...] = ()


@attrs.frozen
class _Scored:
    score: float
    code: Code
    supported: bool
    open_facets: tuple[str, ...]


def refine(edition: Edition, rules: Specificity, start: Code, context: Context) -> Refined:
    """Take a code to assignable ones.

    Args:
        edition: The opened edition.
        rules: What distinguishes siblings.
        start: A code that the index led to, at any level.
        context: What the note says.

    Returns:
        The assignable codes with their path.
    """
    walk = _Walk(edition, rules, context)
    codes = walk.down(walk.level(start) if start.assignable else start)
    return Refined(
        codes=tuple(codes),
        reasons=tuple(dict.fromkeys(walk.reasons)),
        unsupported=tuple(walk.unsupported),
        open_facets=tuple(dict.fromkeys(walk.open_facets)),
    )


class _Walk:
    """One way down."""

    def __init__(self, edition: Edition, rules: Specificity, context: Context) -> None:
        self._edition = edition
        self._words_of = edition.lexicon.term_words
        self._rules = rules
        self._context = context
        self.reasons: list[Reason] = []
        self.unsupported: list[str] = []
        self.open_facets: list[str] = []

    def level(self, code: Code) -> Code:
        """Replace an unspecified code by a sibling, or the parent of several, that the note clearly supports."""
        if code.parent is None:
            return code
        above = code
        while above.parent is not None and self._names_unstated(above, self._edition.get(above.parent)):
            above = self._edition.get(above.parent)
        if above is not code:
            return above
        if not self._is_open(code.title.lower()):
            return code
        siblings = self._edition.children(code.parent)
        if self._parts(siblings):
            return self._edition.get(code.parent)
        scored = [self._score(sibling, self._edition.get(code.parent)) for sibling in siblings]
        better = [one for one in scored if one.code == code or (one.supported and one.score > _CLEARLY)]
        return self._take(max(better, key=lambda one: one.score), code)

    def _names_unstated(self, code: Code, parent: Code) -> bool:
        """Say whether a title gives an answer, such as a side, that the note does not."""
        for facet in self._rules.facets:
            named = title_values(code.title, facet)
            # A title that gives several answers leaves the question open.
            if len(named) != 1 or named == title_values(parent.title, facet):
                continue
            stated = self._context.stated[facet.name]
            if named[0].name not in ("unspecified", stated.name if stated else facet.default):
                return True
        return False

    def down(self, code: Code) -> list[Code]:
        """Walk from a code to the assignable codes below it."""
        while not code.assignable:
            children = self._edition.children(code.code)
            if not children:
                return []
            parts = self._parts(children)
            if parts:
                return self._split(code, *parts)
            code = self._choose(children, code)
        return [code]

    def _choose(self, children: Sequence[Code], parent: Code) -> Code:
        scored = [self._score(child, parent) for child in children]
        best = max(scored, key=lambda one: one.score)
        default, source = self._rules.defaults.get(parent.code, ("", ""))
        if default and best.score < _CLEARLY:
            best = next((one for one in scored if one.code.code == default), best)
        return self._take(best, parent, source if best.code.code == default else "")

    def _parts(self, siblings: Sequence[Code]) -> tuple[Facet, FacetValue] | None:
        """Find a facet whose stated value no sibling has, while siblings have each of its parts."""
        for facet in self._rules.facets:
            stated = self._context.stated[facet.name]
            if stated is None or not stated.parts:
                continue
            named = {value.name for one in siblings for value in title_values(one.title, facet)}
            if stated.name not in named and named.issuperset(stated.parts):
                return facet, stated
        return None

    def _split(self, code: Code, facet: Facet, whole: FacetValue) -> list[Code]:
        """Take each part of a value its own way: the right side, then the left."""
        found: list[Code] = []
        for value in facet.values:
            if value.name in whole.parts:
                stated = {**self._context.stated, facet.name: value}
                one = _Walk(self._edition, self._rules, attrs.evolve(self._context, stated=stated))
                found.extend(one.down(code))
                self.reasons.extend(one.reasons)
                self.unsupported.extend(one.unsupported)
                self.open_facets.extend(one.open_facets)
        return found

    def _take(self, chosen: _Scored, parent: Code, source: str = "") -> Code:
        self.open_facets.extend(chosen.open_facets)
        if chosen.code == parent:
            return parent
        how = "the note supports it" if chosen.supported else "no sibling is better supported; review the detail"
        if chosen.open_facets:
            how = "the note does not state the " + " or the ".join(chosen.open_facets)
        detail = f"{parent.code} → {chosen.code.code} {chosen.code.title}: {how}"
        self.reasons.append(Reason(step="assign", detail=detail, source=source or "tabular list"))
        if not chosen.supported:
            self.unsupported.append(chosen.code.title)
        return chosen.code

    def _score(self, code: Code, parent: Code) -> _Scored:
        title, score, supported, open_facets = self._facets(code.title.lower(), parent.title.lower())
        title, absences = self._absences(title, parent.title.lower())
        # "Unspecified hernia with obstruction" under "Unspecified hernia" leaves open no more than its parent.
        added = title.replace(parent.title.lower(), " ")
        marked = self._is_open(title if _STATES.search(added) is None else added)
        residual = any(re.search(rf"\b{phrase}\b", title) for phrase in self._rules.other)
        words_score, words_met = self._words(title, code, parent)
        score += absences + _UNSPECIFIED * marked + _OTHER * residual + words_score
        return _Scored(score, code, supported and (words_met or marked), tuple(open_facets))

    def _is_open(self, text: str) -> bool:
        return any(phrase in text for phrase in self._rules.unspecified)

    def _absences(self, title: str, parent_title: str) -> tuple[str, float]:
        """Weigh the parts of a title that state an absence, and return the title without them."""
        score = 0.0
        for phrase in self._rules.absent:
            for clause in re.findall(rf"\b{re.escape(phrase)}\b[^,;()]*", title):
                title = title.replace(clause, " ")
                if clause not in parent_title:
                    # What is absent is named by the words behind "without", not by the word itself.
                    words = set(self._words_of(clause)) - set(self._rules.absent) - set(self._words_of(parent_title))
                    said = bool(words) and words <= self._context.scope_words
                    score += _CONTRADICTED if said else _ABSENT
        return title, score

    def _facets(self, title: str, parent_title: str) -> tuple[str, float, bool, list[str]]:
        """Compare the facets that a title answers with what the note says, and return the title without them."""
        score, supported, open_facets = 0.0, True, list[str]()
        for facet in self._rules.facets:
            named = title_values(title, facet)
            if not named:
                continue
            value = named[0]
            for phrase in value.in_titles:
                title = re.sub(rf"\b{re.escape(phrase)}\b", " ", title)
            if named == title_values(parent_title, facet):
                continue
            stated = self._context.stated[facet.name]
            if value.name == "unspecified":
                score += _UNSPECIFIED if stated is None else _UNSTATED
                if stated is None:
                    open_facets.append(facet.name)
                continue
            agrees = stated.name == value.name if stated else facet.default == value.name
            if stated:
                score += _STATED if agrees else _CONTRADICTED
            else:
                score += _BY_DEFAULT if agrees else _UNSTATED
            supported = supported and agrees
        return title, score, supported, open_facets

    def _words(self, title: str, code: Code, parent: Code) -> tuple[float, bool]:
        """Compare what a title adds to its parent's with the note; an inclusion term may agree better."""
        inclusions = [note.text for note in code.notes if note.kind is NoteKind.INCLUSION_TERM]
        # The first clause of an inclusion term names the condition, though it may begin with "unspecified".
        scored = (self._word_score(text, parent, whole=text is not title) for text in (title, *inclusions))
        return max(scored)

    def _either(self, match: re.Match[str]) -> str:
        """Take of "mild to moderate" or "ankle and foot" the one that the mention says: either makes the title true."""
        said = [word for word in match.groups() if word in self._context.words]
        return said[0] if len(said) == 1 else match[0]

    def _states(self, clause: str) -> bool:
        return _STATES.search(clause) is not None or not self._is_open(clause)

    def _word_score(self, text: str, parent: Code, *, whole: bool) -> tuple[float, bool]:
        weak = self._edition.lexicon.vocabulary.weak
        score, met = 0.0, True
        text = _EITHER.sub(self._either, text)
        # A clause that only says what is left open ("severity unspecified") holds nothing to find in the note.
        first, *others = text.lower().split(", ")
        named = [first] if whole or self._states(first) else []
        words = {word for clause in (*named, *filter(self._states, others)) for word in self._words_of(clause)}
        left_open = {*self._rules.filler, *self._rules.other, *self._rules.unspecified}
        for word in words - set(self._words_of(parent.title)) - left_open:
            share = _WEAK_WORD_SHARE if word in weak else 1.0
            if word in self._context.words:
                score += _WORD_IN_MENTION * share
            elif word in self._context.scope_words:
                score += _WORD_IN_SCOPE * share
            else:
                score += _WORD_MISSING * share
                met = met and word in weak
        return round(score, 6), met
