"""Walking down the tabular hierarchy to an assignable code, with the detail that the note supports and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.context import Context, values_in
from codekit.specificity import Specificity
from codekit.text.tokens import content_words
from codekit.text.vocabulary import load_vocabulary
from codekit.types import Code, NoteKind, Reason

# How siblings compare. A stated facet outweighs words, and what the note contradicts outweighs everything.
_STATED, _BY_DEFAULT, _UNSTATED, _CONTRADICTED = 3.0, 1.5, -3.0, -10.0
_WORD_IN_MENTION, _WORD_IN_SCOPE, _WORD_MISSING = 1.0, 0.6, -1.5
_UNSPECIFIED, _ABSENT, _OTHER = 0.5, 0.6, 0.1
_WEAK_WORD_SHARE = 0.3


@attrs.frozen(kw_only=True)
class Refined:
    """An assignable code and how the hierarchy led to it.

    Args:
        code: The code; None where no child can be supported.
        reasons: One for each level.
        unsupported: Titles chosen though the note does not state all that they say.
        open_facets: Facets on which the code says `unspecified` because the note is silent.
    """

    code: Code | None
    reasons: tuple[Reason, ...]
    unsupported: tuple[str, ...] = ()
    open_facets: tuple[str, ...] = ()


@attrs.frozen
class _Scored:
    score: float
    code: Code
    supported: bool
    open_facets: tuple[str, ...]


def refine(edition: Edition, rules: Specificity, start: Code, context: Context) -> Refined:
    """Take a code to an assignable one.

    Args:
        edition: The opened edition.
        rules: What distinguishes siblings.
        start: A code that the index led to, at any level.
        context: What the note says.

    Returns:
        The assignable code with its path.
    """
    walk = _Walk(edition, rules, context)
    code = start
    if code.assignable and walk.is_unspecified(code) and code.parent:
        code = walk.step(edition.children(code.parent), edition.get(code.parent), keep=code)
    while not code.assignable:
        children = edition.children(code.code)
        if not children:
            return Refined(code=None, reasons=tuple(walk.reasons))
        code = walk.step(children, code)
    return Refined(
        code=code,
        reasons=tuple(walk.reasons),
        unsupported=tuple(walk.unsupported),
        open_facets=tuple(dict.fromkeys(walk.open_facets)),
    )


class _Walk:
    def __init__(self, edition: Edition, rules: Specificity, context: Context) -> None:
        self._edition = edition
        self._rules = rules
        self._context = context
        self._stated = {facet.name: context.value_of(facet) for facet in rules.facets}
        self.reasons: list[Reason] = []
        self.unsupported: list[str] = []
        self.open_facets: list[str] = []

    def step(self, siblings: Sequence[Code], parent: Code, keep: Code | None = None) -> Code:
        """Choose among siblings; with `keep`, leave that one only for a sibling that the note fully supports."""
        default = self._rules.defaults.get(parent.code)
        scored = [self._score(sibling, parent) for sibling in siblings]
        if keep is not None:
            scored = [one for one in scored if one.code == keep or (one.supported and one.score > _STATED - 1)]
        best = max(scored, key=lambda one: one.score)
        if default and best.score < _STATED - 1:
            best = next((one for one in scored if one.code.code == default[0]), best)
        if best.code == keep:
            self.open_facets.extend(best.open_facets)
            return best.code
        self._explain(best, parent, default)
        return best.code

    def is_unspecified(self, code: Code) -> bool:
        title = code.title.lower()
        return any(phrase in title for phrase in self._rules.unspecified)

    def _explain(self, chosen: _Scored, parent: Code, default: tuple[str, str] | None) -> None:
        how = "the note supports it" if chosen.supported else "no sibling is better supported; review the detail"
        if chosen.open_facets:
            how = "the note does not state the " + " or the ".join(chosen.open_facets)
        source = default[1] if default and default[0] == chosen.code.code else "tabular list"
        detail = f"{parent.code} → {chosen.code.code} {chosen.code.title}: {how}"
        self.reasons.append(Reason(step="assign", detail=detail, source=source))
        self.open_facets.extend(chosen.open_facets)
        if not chosen.supported:
            self.unsupported.append(chosen.code.title)

    def _score(self, code: Code, parent: Code) -> _Scored:
        title, score, supported, open_facets = self._facets(code.title.lower(), parent.title.lower())
        for phrase in self._rules.absent:
            title, _, negated = title.partition(phrase)
            if negated:
                present = set(content_words(negated)) - set(content_words(parent.title))
                said = bool(present) and present <= self._context.scope_words
                score += _CONTRADICTED if said else _ABSENT
        marked = any(phrase in title for phrase in self._rules.unspecified)
        score += _UNSPECIFIED * marked
        residual = any(re.search(rf"\b{phrase}\b", title) for phrase in self._rules.other)
        score += _OTHER * residual
        words_score, words_met = self._words(title, code, parent)
        return _Scored(score + words_score, code, supported and (words_met or marked), tuple(open_facets))

    def _facets(self, title: str, parent_title: str) -> tuple[str, float, bool, list[str]]:
        """Compare the facets that a title answers with what the note says; return the title without them."""
        score, supported, open_facets = 0.0, True, list[str]()
        for facet in self._rules.facets:
            named = values_in(title, facet.values, titles=True)
            inherited = values_in(parent_title, facet.values, titles=True)
            if not named or named == inherited:
                continue
            stated = self._stated[facet.name]
            value = named[0]
            if value.name == "unspecified":
                score += _UNSPECIFIED if stated is None else _UNSTATED
                if stated is None:
                    open_facets.append(facet.name)
            elif stated is not None:
                score += _STATED if stated.name == value.name else _CONTRADICTED
                supported = supported and stated.name == value.name
            else:
                score += _BY_DEFAULT if facet.default == value.name else _UNSTATED
                supported = supported and facet.default == value.name
            for phrase in value.in_titles:
                title = re.sub(rf"\b{re.escape(phrase)}\b", " ", title)
        return title, score, supported, open_facets

    def _words(self, title: str, code: Code, parent: Code) -> tuple[float, bool]:
        """Compare the words by which a title differs from its parent's with the note; an inclusion term may do it too."""
        inclusions = [note.text for note in code.notes if note.kind is NoteKind.INCLUSION_TERM]
        options = [self._word_score(text, parent) for text in (title, *inclusions)]
        return max(options)

    def _word_score(self, text: str, parent: Code) -> tuple[float, bool]:
        weak = load_vocabulary().weak
        known = set(content_words(parent.title)) | _FILLER | set(self._rules.unspecified) | set(self._rules.other)
        score, met = 0.0, True
        for word in content_words(text):
            if word in known:
                continue
            share = _WEAK_WORD_SHARE if word in weak else 1.0
            if word in self._context.words:
                score += _WORD_IN_MENTION * share
            elif word in self._context.scope_words:
                score += _WORD_IN_SCOPE * share
            else:
                score += _WORD_MISSING * share
                met = met and word in weak
        return score, met


_FILLER = frozenset(("encounter", "unspecified", "specified", "nos", "nec", "classified", "elsewhere"))
