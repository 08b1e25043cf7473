"""Comparing a phrase with entries: which entries a sentence states, and how well an entry meets a phrase."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence, Set

import attrs

from codekit.editions.index.entries import ILLNESS, Entry
from codekit.editions.index.store import SearchIndex
from codekit.text.tokens import Token
from codekit.text.vocabulary import Vocabulary

# A telling word weighs 4 to 11; a qualifying one weighs the same whether it is rare or not.
_QUALIFIER_WEIGHT = 1.5
_ELSEWHERE = 0.7
# "Unspecified" is what a bare phrase means, and "other" what it does not; a "region" is the part that it is named by.
_QUALIFIERS = {"unspecified": 0.5, "nonspecific": 0.5, "region": 0.5, "other": 2.5}
# A word that an entry says is worth more than one that it implies.
_IMPLIED = 0.6
_SLACK = 3
# Of two names that weigh about the same the one within its clause is meant.
_ACROSS = 0.5
_QUALIFIER_REACH = 2
_ILL = ILLNESS | {"illness", "problem"}
JOINING = frozenset(("and", "or"))
"""Words that join two things, so that no name reaches across them unless the entry joins too."""


@attrs.frozen(kw_only=True)
class Match:
    """An entry all of whose required words a sentence holds close together.

    Args:
        entry: The entry.
        tokens: Positions in the sentence's token list, ascending.
        weight: Sum of the weights of the words met.
    """

    entry: Entry
    tokens: tuple[int, ...]
    weight: float


def match_sentence(tokens: Sequence[Token], index: SearchIndex) -> list[Match]:
    """Find every entry that a sentence states; a word stands for those that it implies as well, where none says them.

    Args:
        tokens: Tokens of one sentence.
        index: Search index of the edition.

    Returns:
        Matches by descending weight, of which one that reaches across punctuation loses a little; ties by fewer words
        that the entry has and the sentence lacks, then by number; of one entry the words closest together first.
    """
    said = _said(tokens)
    implied = _implied(said, index.lexicon.vocabulary)
    matches: list[Match] = []
    places = {**said, **implied}
    words = frozenset(places)
    for word, anchors in places.items():
        for entry in index.anchored_at(word):
            if words.issuperset(entry.required) and not said.keys().isdisjoint(entry.required):
                for anchor in anchors:
                    met = _window(tokens, said, implied, entry, word, anchor)
                    if met is not None:
                        weight = sum(index.weight(tokens[at].word) for at in met)
                        matches.append(Match(entry=entry, tokens=met, weight=weight))
    weak = index.lexicon.vocabulary.weak
    matches.sort(key=lambda match: _order(match, tokens, weak))
    return matches


def _order(match: Match, tokens: Sequence[Token], weak: Set[str]) -> tuple[float, ...]:
    first, last = match.tokens[0], match.tokens[-1]
    # Across one comma a name may go on, and qualifiers stand behind it; across two it holds another member of a list.
    crosses = sum(tokens[at].gap > 0 and tokens[at].word not in weak for at in range(first + 1, last + 1)) ** 2
    # The same words in another order add up to the same.
    weight = round(match.weight, 6)
    return _ACROSS * crosses - weight, _surplus(match.entry, tokens, match.tokens), match.entry.id, last - first


def _said(tokens: Sequence[Token]) -> dict[str, list[int]]:
    said: dict[str, list[int]] = {}
    for at, token in enumerate(tokens):
        if not token.stop:
            said.setdefault(token.word, []).append(at)
    return said


def _implied(said: Mapping[str, Sequence[int]], vocabulary: Vocabulary) -> dict[str, list[int]]:
    """Say where the words stand that imply another which nobody says."""
    implied: dict[str, list[int]] = {}
    for word in vocabulary.implied.keys() & said.keys():
        for wider in vocabulary.implied[word]:
            if wider not in said:
                implied.setdefault(wider, []).extend(said[word])
    return {word: sorted(places) for word, places in sorted(implied.items())}


def names(entry: Entry, words: Collection[str], vocabulary: Vocabulary) -> bool:
    """Say whether words name what an entry is about, and do not just share everyday words with it.

    "Down" is no syndrome, "pressure cuff" no ulcer, "aortic valve" no disorder of it and "history and physical" no
    history of abuse. Several words that are all of what an entry says do name it, as in "eye examination".

    Args:
        entry: The entry.
        words: Canonical words of the phrase.
        vocabulary: Says which words are everyday, and which are parts of the body.

    Returns:
        True where one of the words is neither, a word for illness stands with them, nothing is missing of several, or
        none of them is everyday.
    """
    met = [word for word in entry.required if word in words]
    everyday = [word for word in met if word in vocabulary.everyday]
    if not everyday or any(word not in vocabulary.sites for word in met if word not in everyday):
        return True
    if not _ILL.difference(entry.required).isdisjoint(words):
        return True
    return 1 < len(met) == len(entry.required) and ILLNESS.isdisjoint(entry.qualifying)


def _window(
    tokens: Sequence[Token],
    said: Mapping[str, Sequence[int]],
    implied: Mapping[str, Sequence[int]],
    entry: Entry,
    rarest: str,
    anchor: int,
) -> tuple[int, ...] | None:
    """Pick the places of an entry's words nearest to that of its rarest; None where they lie too far apart."""
    chosen = [anchor]
    chosen += [_closest(said[word], anchor, tokens) for word in entry.required if word in said and word != rarest]
    if implied:
        chosen += _bearers({word: implied[word] for word in entry.required if word not in said}, anchor)
    positions = [tokens[at].position for at in chosen]
    low, high = min(positions), max(positions)
    if high - low > len(entry.required) - 1 + _SLACK:
        return None
    first, last = min(chosen), max(chosen)
    joined = any(tokens[at].word in JOINING for at in range(first, last))
    if joined and not entry.joins:
        return None
    for word in (*entry.qualifying, *entry.optional):
        if word not in said:
            continue
        nearby = _around(said[word], first, last)
        for at in sorted(nearby, key=lambda at: (max(first - at, at - last, 0), at)):
            near = low - _QUALIFIER_REACH <= tokens[at].position <= high + _QUALIFIER_REACH
            if near and _qualifies(tokens, at, chosen, first, last):
                chosen.append(at)
    return tuple(sorted(set(chosen)))


def _bearers(unsaid: Mapping[str, Sequence[int]], anchor: int) -> list[int]:
    """Pick the fewest places, nearest to the anchor, that together imply words that are not said."""
    left, bearers = dict(unsaid), list[int]()
    while left:
        places = sorted({at for standing in left.values() for at in standing})
        best = max(places, key=lambda at: (sum(at in standing for standing in left.values()), -abs(at - anchor)))
        bearers.append(best)
        left = {word: standing for word, standing in left.items() if best not in standing}
    return bearers


def _qualifies(tokens: Sequence[Token], at: int, chosen: Sequence[int], first: int, last: int) -> bool:
    """Say whether a qualifying word belongs to what a match names.

    Behind an "and" it qualifies something else, and so it does outside the match where the same word stands within:
    "acute exacerbation and acute bronchitis", "bipolar disorder and post-traumatic stress disorder".
    """
    if not first <= at <= last and not _unjoined(tokens, at, first if at < first else last):
        return False
    same = [one for one in chosen if one != at and tokens[one].word == tokens[at].word]
    return not same or (first <= at <= last and all(_unjoined(tokens, one, at) for one in same))


def _unjoined(tokens: Sequence[Token], one: int, other: int) -> bool:
    between = tokens[min(one, other) : max(one, other)]
    return not any(token.word in JOINING for token in between)


def _closest(places: Sequence[int], anchor: int, tokens: Sequence[Token]) -> int:
    """Pick the place nearest to the anchor, the earlier of two equally near."""
    after = bisect_left(places, anchor)
    nearby = places[max(after - 1, 0) : after + 1]
    return min(nearby, key=lambda at: abs(tokens[at].position - tokens[anchor].position))


def _around(places: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Keep the places within a few tokens of a stretch."""
    return places[bisect_left(places, first - _QUALIFIER_REACH) : bisect_right(places, last + _QUALIFIER_REACH)]


def _surplus(entry: Entry, tokens: Sequence[Token], met: Sequence[int]) -> int:
    words = {tokens[at].word for at in met}
    return sum(word not in words for word in entry.qualifying)


@attrs.frozen(kw_only=True)
class WeighedPhrase:
    """A phrase to compare entries with.

    Args:
        words: Its canonical words, with what each weighs for an entry that requires it, and for any other.
        told: Those words, and what it stands for without saying it, which an entry need not explain.
        wider: For a word that implies others the ones that the phrase stands for.
        index: Gives the weights.
    """

    words: Mapping[str, tuple[float, float]]
    told: Set[str]
    wider: Mapping[str, Sequence[str]]
    index: SearchIndex

    @classmethod
    def of(cls, words: Iterable[str], index: SearchIndex, implied: Iterable[str] = ()) -> WeighedPhrase:
        """Weigh the words of a phrase."""
        weak, weighed = index.lexicon.vocabulary.weak, dict[str, tuple[float, float]]()
        for word in words:
            # A qualifying word in the phrase (a side, an acuity) is settled later, in the hierarchy; one that no entry
            # has tells entries apart no better.
            full = index.weight(word) if index.knows(word) else _QUALIFIER_WEIGHT
            weighed[word] = full, _QUALIFIER_WEIGHT if word in weak else full
        unsaid, meant = frozenset(implied), index.lexicon.vocabulary.implied
        wider = {word: some for word in weighed if (some := [one for one in meant.get(word, ()) if one in unsaid])}
        return cls(words=weighed, told={*weighed, *unsaid}, wider=wider, index=index)

    def explained(self, word: str, known: Set[str]) -> float:
        """Say which share of a word an entry explains that has some words: 1, or less by what the word implies."""
        wider = self.wider.get(word, ())
        if word in known or not wider:
            return float(word in known)
        return _IMPLIED * sum(one in known for one in wider) / len(wider)


def score_entry(entry: Entry, phrase: WeighedPhrase) -> float:
    """Say how well an entry and a phrase agree.

    The score is the share of the entry's words that the phrase holds times, to the half, the share of the
    phrase's words that the entry explains; words count by their weight, qualifying ones for a quarter of it. An entry
    explains a word that it does not hold by what the word implies.

    Args:
        entry: The entry.
        phrase: The phrase.

    Returns:
        0 to 1; 1 where both hold the same words.
    """
    held, all_of_entry = 0.0, 0.0
    for word in (*entry.required, *entry.qualifying):
        needed = word in entry.required
        weight = phrase.index.weight(word) if needed else _QUALIFIERS.get(word, _QUALIFIER_WEIGHT)
        all_of_entry += weight
        held += weight * (word in phrase.told)
    weights = [(word, full if word in entry.required else other) for word, (full, other) in phrase.words.items()]
    total = sum(weight for _, weight in weights)
    if not held or not total:
        return 0.0
    known = {*entry.required, *entry.qualifying, *entry.optional}
    explained = sum(weight * phrase.explained(word, known) for word, weight in weights)
    agreement = (held / all_of_entry) * math.sqrt(explained / total)
    return agreement * _ELSEWHERE if _at_other_sites(entry, phrase, known) else agreement


def _at_other_sites(entry: Entry, phrase: WeighedPhrase, known: Set[str]) -> bool:
    """Say whether entry and phrase each name a part of the body that the other lacks."""
    sites = phrase.index.lexicon.vocabulary.sites
    theirs = any(word in sites and word not in phrase.told for word in entry.required)
    return theirs and any(word in sites and word not in known for word in phrase.words)
