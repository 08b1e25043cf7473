"""Every error that codekit raises on purpose, each with the exit status that the command line gives it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CodekitError(Exception):
    """Base class of every error that codekit raises on purpose.

    The message says what failed, where, what was expected, and what to do next. It never holds note
    text: notes are patient data.
    """

    exit_code = 1


class UsageError(CodekitError):
    """The caller asked for something that cannot be: an unknown name, a bad option."""

    exit_code = 2


class LexiconError(UsageError):
    """A table of words, headings or cues cannot be read, or is of another form."""


class UnknownSystemError(UsageError):
    """No installed plugin provides the code system that was asked for."""

    def __init__(self, system_id: str, known: Iterable[str]) -> None:
        self.system_id = system_id
        self.known = tuple(sorted(known))
        installed = ", ".join(self.known) or "none"
        super().__init__(
            f"unknown code system {system_id!r}.{_suggest(system_id, self.known)} Installed: {installed}. "
            "`codekit plugins` lists every plugin and why one did not load."
        )


class DuplicateSystemError(CodekitError):
    """Two plugins claim the same system id."""


class PluginError(CodekitError):
    """A plugin failed: it could not be loaded, or one of its hooks raised."""


class PhraseError(CodekitError):
    """A table of phrases is not of its form."""


class SourceError(CodekitError):
    """The files of a release cannot be read: missing, truncated, too large, or of another kind."""


class FetchError(CodekitError):
    """A release, or a file of it, could not be had from its publisher."""


class NotPublishedError(FetchError):
    """The publisher has no such page or file, or does not give it out."""


class EditionError(CodekitError):
    """A compiled edition is missing, damaged, or was built by another codekit."""


class UnknownEditionError(UsageError):
    """The edition that was asked for is not on this machine."""

    def __init__(self, wanted: str, known: Iterable[str], obtain: str = "") -> None:
        self.wanted = wanted
        self.known = tuple(known)
        have = ", ".join(self.known) or "none"
        super().__init__(
            f"unknown edition {wanted!r}.{_suggest(wanted, self.known)} Built here: {have}. "
            f"`codekit editions add PATH` builds one from the files of a release.{obtain and ' '}{obtain}"
        )


class UnknownCodeError(UsageError):
    """A code that the edition does not hold."""

    def __init__(self, code: str, edition: str) -> None:
        self.code = code
        super().__init__(f"unknown code {code!r} in {edition}. `codekit search TERM` looks in the index.")


class BackendError(CodekitError):
    """A language model, its recordings or its cache cannot be used at all."""


class VectorServerError(CodekitError):
    """A Qdrant server cannot be reached, or does not do what it is asked."""


class NoteError(CodekitError):
    """One note could not be read or coded; the batch goes on."""


def _suggest(wanted: str, known: Iterable[str]) -> str:
    near = get_close_matches(wanted, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
