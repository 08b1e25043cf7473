"""The words of a note that a proposed code rests on, where its proposer cannot say."""

from __future__ import annotations

from functools import lru_cache

from codekit.editions.edition import Edition
from codekit.search.index import SearchIndex
from codekit.text.reader import read_sentences
from codekit.text.tokens import Token, content_words, tokenize
from codekit.types import Code, Note

Span = tuple[int, int]


class Grounding:
    """Finds where a note speaks of a code.

    Args:
        edition: The opened edition.
        index: Its search index, for the weight of words.
    """

    def __init__(self, edition: Edition, index: SearchIndex) -> None:
        self._edition = edition
        self._index = index
        # The codes of a note are asked for one after another.
        self._read = lru_cache(maxsize=1)(_content)

    def find(self, note: Note, code: Code) -> Span | None:
        """Find the sentence that shares most with a code's title and index entries.

        Args:
            note: The note.
            code: A row of the tabular list.

        Returns:
            From the first to the last word that they share, the first such sentence where several are as good; None
            where the note has none of the words.
        """
        wanted = {*content_words(code.title)}
        for term in self._edition.terms_for(code.code):
            wanted.update(content_words(" ".join(term.path)))
        best: tuple[float, Span] | None = None
        for sentence in self._read(note):
            shared = [token for token in sentence if token.word in wanted]
            weight = sum(self._index.weight(word) for word in {token.word for token in shared})
            if shared and weight > (best[0] if best else 0.0):
                best = weight, (shared[0].start, shared[-1].end)
        return best[1] if best else None


def _content(note: Note) -> list[list[Token]]:
    """Give the content words of each sentence."""
    return [
        [token for token in tokenize(sentence.text, offset=sentence.start) if not token.stop]
        for sentence in read_sentences(note)
    ]
