"""Every hook that codekit calls, typed and documented: the whole contract between core and a plugin.

A plugin is a Python package with an entry point in group `codekit`. Its module (or object) implements
`codekit_register_systems` and hands over, for each system, an object that carries the hooks of
`SystemSpecs`. Those are called through a plugin manager of their own that holds the selected system
and its extensions alone, so no hook asks which system is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from codekit.conventions import Convention
    from codekit.editions.edition import Edition
    from codekit.editions.source import Source
    from codekit.plugins.offers import BackendRegistry, SystemRegistry
    from codekit.specificity import Specificity
    from codekit.text.lexicon import Lexicon
    from codekit.text.reader import ReadNote
    from codekit.types import (
        Candidate,
        Classification,
        Encounter,
        Finding,
        GuidelineSection,
        LocatedMention,
        Note,
        Passage,
        ProposedCode,
        Publication,
        Release,
        RemoteFile,
        Web,
    )

hookspec = pluggy.HookspecMarker("codekit")
hookimpl = pluggy.HookimplMarker("codekit")
"""Marks a function or method as the implementation of the hook of its name."""

API_VERSION = 1
"""The integer that a plugin's `CODEKIT_API` must equal, where it sets one."""


class PluginSpecs:
    """Called on every installed plugin, once per process."""

    @hookspec
    def codekit_register_systems(self, register: SystemRegistry) -> None:
        """Offer code systems.

        Args:
            register: Call it as `register(info, hooks)` once per system.
        """

    @hookspec
    def codekit_register_backends(self, register: BackendRegistry) -> None:
        """Offer backends that ask language models.

        Args:
            register: Call it as `register(name, "module:Class")` once per backend. The module is imported when the
                backend is chosen; the class is called with a `codekit.backends.Settings` and gives a
                `codekit.backends.Backend`.
        """

    @hookspec
    def codekit_extend_system(self, system_id: str) -> object | None:
        """Add hooks to a system that another plugin offers, such as a payer's conventions.

        Args:
            system_id: The system being opened.

        Returns:
            An object with hooks of `SystemSpecs`, or None for a system that is not extended.
        """


class SystemSpecs:
    """Called on the selected system and its extensions only."""

    @hookspec
    def codekit_releases(self) -> Iterable[Release]:
        """List the releases that are known of, whether or not they are on this machine.

        Returns:
            Releases in any order; all implementations are joined, and a version given twice is an error.
        """
        raise NotImplementedError

    @hookspec
    def codekit_publications(self, web: Web) -> Iterable[Publication]:
        """List the releases that can be downloaded from their publisher.

        A system whose publisher asks for a licence or an account leaves this out, and says in `SystemInfo.obtain` how
        to get its files.

        Args:
            web: Reads the links of pages, and nothing else; it may be a mirror.

        Returns:
            Publications in any order; all implementations are joined, and a version given twice is an error.

        Raises:
            FetchError: The publisher cannot be asked.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_publication_files(self, web: Web, publication: Publication) -> Sequence[RemoteFile] | None:
        """List the files of one publication, each once.

        Args:
            web: As for `codekit_publications`.
            publication: One of those that `codekit_publications` gave.

        Returns:
            Its files in the order in which they are fetched; None where another plugin's publication is meant.

        Raises:
            FetchError: The publisher cannot be asked, or lacks a file without which the release is of no use.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_default_source(self) -> Sequence[Path] | None:
        """Say where the files of the embedded edition are, if the plugin brings one.

        Returns:
            Paths of files, folders or zips; None if the user must add an edition first.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Recognise the release that the files make up.

        Args:
            source: The files as given by the user.

        Returns:
            The release, without `sources`; None if the files are not of this system.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_parse_release(self, release: Release, source: Source) -> Classification | None:
        """Read a release into codekit's terms.

        Args:
            release: What `codekit_identify_release` returned.
            source: The same files.

        Returns:
            The classification; what was wrong in the files is in its `problems`.

        Raises:
            SourceError: The files cannot be read at all.
        """
        raise NotImplementedError

    @hookspec
    def codekit_guidelines(self, release: Release, source: Source) -> Iterable[GuidelineSection]:
        """Read the official guidelines that come with a release.

        Args:
            release: The release being built.
            source: Its files.

        Returns:
            Sections in printed order; empty where the files hold no guidelines.
        """
        raise NotImplementedError

    @hookspec
    def codekit_search_index(self, query: str, edition: Edition, limit: int) -> Sequence[Candidate]:
        """Propose codes for a phrase, besides those of core's own search.

        Args:
            query: Words as a coder would look them up.
            edition: The opened edition.
            limit: At most so many candidates.

        Returns:
            Best first; core fuses the lists of all implementations by rank.
        """
        raise NotImplementedError

    @hookspec
    def codekit_locate_mentions(
        self, note: ReadNote, located: Sequence[LocatedMention], edition: Edition
    ) -> Iterable[LocatedMention]:
        """Find what the words of one index entry cannot say: numbers, drugs and why they are named, linked conditions.

        Args:
            note: The note.
            located: The mentions that core found, with their candidates, in text order.
            edition: The opened edition.

        Returns:
            Mentions in any order; one with the span of a mention of `located` takes its place, others are added. A
            code of their candidates goes through the hierarchy and the conventions as any other. A note is asked about
            again where core divides a heading by what was found in it.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_retrieve_guidelines(self, query: str, edition: Edition, limit: int) -> Sequence[Passage] | None:
        """Find the sections of the official guidelines that answer a query.

        Args:
            query: A code, the id of a section, or words.
            edition: The opened edition.
            limit: At most so many passages.

        Returns:
            Best first; None for core's own retrieval, which is that of `codekit.search.guidelines`.

        Raises:
            UsageError: It is a code or a section that the edition does not hold.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_specificity(self, release: Release) -> Specificity | None:
        """Say which details of a note choose between sibling codes, and what stands where none is given.

        Args:
            release: The release of the opened edition.

        Returns:
            The facets (side, encounter, stage, ...) and the words for an unspecified or other code.
        """
        raise NotImplementedError

    @hookspec
    def codekit_lexicon(self, release: Release) -> Lexicon | None:
        """Bring words, headings and cues, as `codekit.plugin.read_lexicon` reads them from a folder of tables.

        Args:
            release: The release that is built or opened.

        Returns:
            What goes over the lexicon of its language; of a system's own plugin both the index and notes are read with
            it, of an extension notes alone, so that no edition changes. None for nothing.
        """
        raise NotImplementedError

    @hookspec
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterable[Finding]:
        """Check a code set without a note.

        Args:
            codes: In sequence, as typed by the user.
            edition: The opened edition.
            encounter: Setting, date, age and sex, as far as known.

        Returns:
            Findings in any order; core sorts them by position of the code, then rule.
        """
        raise NotImplementedError

    @hookspec
    def codekit_check_edition(self, edition: Edition, source: Source) -> Iterable[Finding]:
        """Compare a compiled edition with what its publisher lists besides, before an update makes it the default.

        Args:
            edition: The edition as it will be used.
            source: The files that it was built from.

        Returns:
            One finding of severity `ERROR` for each difference that must keep it from use, and others for what was
            compared or could not be; empty where there is nothing to compare with.
        """
        raise NotImplementedError

    @hookspec
    def codekit_conventions(self, release: Release) -> Iterable[Convention]:
        """Give the conventions that the reconciler applies.

        Args:
            release: The release of the opened edition.

        Returns:
            Conventions as they are declared; core applies them by stage, then as their `after` says, then as they are
            declared, the own ones of the system before those of extensions. It refuses an id given twice.
        """
        raise NotImplementedError

    @hookspec(firstresult=True)
    def codekit_prompt(self, step: str, release: Release) -> str | None:
        """Bring a prompt of the system's own for one step.

        Args:
            step: `evidence_extractor`, `index_navigator`, `tabular_validator`, `code_reconciler`, or a step of another
                workflow, as the files of codekit's own prompts are named.
            release: The release of the opened edition.

        Returns:
            The text of a template with its front matter, as `codekit.agents.prompts` describes; None for codekit's own.
        """
        raise NotImplementedError

    @hookspec
    def codekit_propose_codes(self, note: Note, edition: Edition) -> Iterable[ProposedCode]:
        """Propose codes for a whole note, as a trained classifier does; the workflow `verify` starts from them.

        Args:
            note: The note.
            edition: The opened edition.

        Returns:
            Proposals in any order; those of all implementations are joined.
        """
        raise NotImplementedError
