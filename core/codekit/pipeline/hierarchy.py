"""Walking down the tabular hierarchy to assignable codes, with the detail that the note supports and no more."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.context import Context
from codekit.pipeline.row_titles import RowTitle, RowTitles, Wording
from codekit.specificity import Facet, FacetValue, Specificity
from codekit.text.facets import title_values
from codekit.types import Code, CodeKind, Reason

# How siblings compare. A stated facet outweighs words, and what the note contradicts outweighs everything.
_STATED, _BY_DEFAULT, _UNSTATED, _CONTRADICTED = 3.0, 1.5, -3.0, -10.0
_WORD_IN_MENTION, _WORD_IN_SCOPE, _WORD_MISSING = 1.0, 0.6, -1.5
_UNSPECIFIED, _ABSENT, _OTHER = 0.8, 0.6, -0.2
_WEAK_WORD_SHARE = 0.3
_CLEARLY = 2.0


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
    met: bool
    open_facets: tuple[str, ...]


class Hierarchy:
    """The tabular list of an edition, with what its titles say.

    Args:
        edition: The opened edition.
        rules: What distinguishes siblings.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._rules = rules
        self._titles = RowTitles(edition, rules)

    def refine(self, start: Code, context: Context) -> Refined:
        """Take a code to assignable ones.

        Args:
            start: A code that the index led to, at any level.
            context: What the note says.

        Returns:
            The assignable codes with their path.
        """
        walk = _Walk(self._edition, self._rules, self._titles, context)
        codes = walk.down(walk.level(start) if start.assignable else start)
        return Refined(
            codes=tuple(codes),
            reasons=tuple(dict.fromkeys(walk.reasons)),
            unsupported=tuple(walk.unsupported),
            open_facets=tuple(dict.fromkeys(walk.open_facets)),
        )


class _Walk:
    """One way down."""

    def __init__(self, edition: Edition, rules: Specificity, titles: RowTitles, context: Context) -> None:
        self._edition = edition
        self._rules = rules
        self._titles = titles
        self._context = context
        self.reasons: list[Reason] = []
        self.unsupported: list[str] = []
        self.open_facets: list[str] = []

    def level(self, code: Code) -> Code:
        """Replace an unspecified code by a sibling, or the parent of several, that the note clearly supports."""
        if code.parent is None:
            return code
        above = at = code
        while at.parent is not None and at.kind is CodeKind.CODE:
            parent = self._edition.get(at.parent)
            above = parent if self._names_unstated(at, parent, by_default=at is above) else above
            at = parent
        if above is not code:
            return above
        if not self._titles.is_open(code.title.lower()):
            return code
        siblings = self._edition.children(code.parent)
        if self._parts(siblings):
            return self._edition.get(code.parent)
        scored = [self._score(sibling, code.parent) for sibling in siblings]
        # What the note contradicts gives way to the next best.
        contradicted = any(one.code == code and one.score <= _CONTRADICTED / 2 for one in scored)
        least = 0.0 if contradicted else _CLEARLY
        better = [one for one in scored if one.code == code or (one.supported and one.met and one.score > least)]
        return self._take(max(better, key=lambda one: one.score), code)

    def _names_unstated(self, code: Code, parent: Code, *, by_default: bool) -> bool:
        """Say whether a title gives an answer, such as a side, that neither the note nor, if asked, a default gives."""
        for facet in self._rules.facets:
            named = title_values(code.title, facet)
            # A title that gives several answers leaves the question open.
            if len(named) != 1 or named[0] in title_values(parent.title, facet):
                continue
            if facet.default and not by_default:
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
        scored = [self._score(child, parent.code) for child in children]
        best = max(scored, key=lambda one: one.score)
        default, source = self._rules.defaults.get(parent.code, ("", ""))
        if default and best.score < _CLEARLY:
            # What the system's own rules give needs no word of the note.
            best = next((attrs.evolve(one, supported=True) for one in scored if one.code.code == default), best)
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
                one = _Walk(self._edition, self._rules, self._titles, attrs.evolve(self._context, stated=stated))
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

    def _score(self, code: Code, parent: str) -> _Scored:
        title = self._titles.below(parent)[code.code]
        score, supported, open_facets = self._answers(title)
        # An inclusion term may agree better than the title.
        words_score, words_met = max(self._term_score(term, parent) for term in title.terms)
        absences = sum(map(self._absence_score, title.absences))
        score += absences + _UNSPECIFIED * title.marked + _OTHER * title.residual + words_score
        return _Scored(score, code, supported and (words_met or title.marked), words_met, tuple(open_facets))

    def _answers(self, title: RowTitle) -> tuple[float, bool, list[str]]:
        """Compare the facets that a title answers with what the note says."""
        score, supported, open_facets = 0.0, True, list[str]()
        for facet, value in title.answers:
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
        return score, supported, open_facets

    def _absence_score(self, words: frozenset[str]) -> float:
        said = bool(words) and words <= self._context.scope_words
        return _CONTRADICTED if said else _ABSENT

    def _term_score(self, term: Wording, parent: str) -> tuple[float, bool]:
        """Compare the words that a term adds with those of the note."""
        weak = self._edition.lexicon.vocabulary.weak
        score, met = 0.0, True
        for word in self._titles.narrowed(term, parent, self._context.words):
            share = _WEAK_WORD_SHARE if word in weak else 1.0
            if word in self._context.words:
                score += _WORD_IN_MENTION * share
            elif word in self._context.scope_words:
                # An answer elsewhere in the sentence may be that of another name: "failure with left effusion".
                score += _WORD_IN_SCOPE * share
                met = met and word not in self._titles.answers
            else:
                score += _WORD_MISSING * share
                met = met and word in weak
        return round(score, 6), met
