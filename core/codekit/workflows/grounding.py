"""The words of a note that a proposed code rests on, where its proposer cannot say."""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.editions.index.store import SearchIndex
from codekit.text.reader import ReadNote
from codekit.types import Code

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

    def find(self, note: ReadNote, code: Code) -> Span | None:
        """Find the sentence that shares most with a code's title and index entries.

        Args:
            note: The note.
            code: A row of the tabular list.

        Returns:
            From the first to the last word that they share, the first such sentence where several are as good; None
            where the note has none of the words.
        """
        words = self._edition.lexicon.term_words
        wanted = {*words(code.title)}
        for term in self._edition.terms_for(code.code):
            wanted.update(words(" ".join(term.path)))
        best: tuple[float, Span] | None = None
        for sentence in note.sentences:
            shared = [token for token in sentence.tokens if not token.stop and token.word in wanted]
            weight = sum(self._index.weight(word) for word in {token.word for token in shared})
            if shared and weight > (best[0] if best else 0.0):
                best = weight, (shared[0].start, shared[-1].end)
        return best[1] if best else None
