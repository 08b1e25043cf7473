"""One code system, opened: the typed front to the hooks of its plugin and of the plugins that extend it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from codekit.conventions import Convention, arrange
from codekit.conventions.policy import idle_codes
from codekit.errors import PluginError, SourceError
from codekit.plugins.calling import HookCaller, collect_extensions
from codekit.plugins.isolation import Around
from codekit.plugins.registry import Plugins, load_plugins
from codekit.specificity import Specificity
from codekit.text.lexicon import Lexicon
from codekit.text.tables import load_language
from codekit.types import (
    Candidate,
    Classification,
    Finding,
    GuidelineSection,
    LocatedMention,
    Passage,
    ProposedCode,
    Publication,
    Release,
    RemoteFile,
    SystemInfo,
)

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.editions.source import Source
    from codekit.text.reader import ReadNote
    from codekit.types import Encounter, Mention, Note, Web


class System:
    """A code system with its extensions.

    A fault in a hook of the system's own plugin is raised as `PluginError`; a fault in an extension is
    added to `warnings`, and the call is answered without that extension.

    Args:
        info: Identity of the system.
        plugin: Name of the plugin that offers it.
        hooks: The object that the plugin registered.
        extensions: Objects of other plugins by name, sorted.
        warnings: What was wrong with extensions while they were collected.
        around: Makes the context in which the plugins' code runs.
        versions: Distribution and version of each plugin in play, by the plugin's name.
    """

    def __init__(
        self,
        info: SystemInfo,
        plugin: str,
        hooks: object,
        extensions: Mapping[str, object],
        warnings: Iterable[str] = (),
        around: Around = nullcontext,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self.info = info
        self.versions: Mapping[str, str] = dict(versions or {})
        self.warnings: list[str] = list(warnings)
        self._plugin = plugin
        self._hooks = HookCaller(plugin, hooks, extensions, self.warnings, around)

    @classmethod
    def open(cls, system_id: str, plugins: Plugins | None = None) -> System:
        """Open a system by its id.

        Args:
            system_id: As `codekit plugins` lists it.
            plugins: Installed plugins if they are loaded already; None loads them.

        Returns:
            The system with every extension that fits.

        Raises:
            UnknownSystemError: No plugin that loaded offers it.
            DuplicateSystemError: Several plugins do.
        """
        plugins = plugins or load_plugins()
        claim = plugins.claim(system_id)
        extensions, warnings = collect_extensions(plugins, system_id)
        versions = plugins.versions((claim.plugin, *extensions))
        return cls(claim.info, claim.plugin, claim.hooks, extensions, warnings, plugins.around, versions)

    def releases(self) -> tuple[Release, ...]:
        """List the known releases, newest first.

        Returns:
            Releases by descending version.

        Raises:
            PluginError: A version is given twice, or the hook failed.
        """
        releases = self._hooks.all("codekit_releases", Release)
        if twice := _first_duplicate(release.version for release in releases):
            raise PluginError(
                f"code system {self.info.id!r}: release {twice!r} is listed twice by its plugins; "
                "uninstall the extension that repeats it"
            )
        return tuple(sorted(releases, key=lambda release: release.version, reverse=True))

    def publications(self, web: Web) -> tuple[Publication, ...]:
        """List the releases that can be downloaded, newest first; none where the plugins know no way.

        Args:
            web: What they look them up with.

        Returns:
            Publications by descending version.

        Raises:
            PluginError: A version is given twice, or the hook failed.
            FetchError: The publisher cannot be asked.
        """
        found = self._hooks.all("codekit_publications", Publication, web=web)
        if twice := _first_duplicate(one.version for one in found):
            raise PluginError(
                f"code system {self.info.id!r}: publication {twice!r} is listed twice by its plugins; "
                "uninstall the extension that repeats it"
            )
        return tuple(sorted(found, key=lambda one: one.version, reverse=True))

    def publication_files(self, web: Web, publication: Publication) -> tuple[RemoteFile, ...]:
        """List the files of one publication, in the order of the plugin that offers it.

        Args:
            web: What they look them up with.
            publication: One of `publications`.

        Returns:
            Its files, each with a name of its own.

        Raises:
            PluginError: There are none, a name is given twice, or the hook failed.
            FetchError: The publisher cannot be asked.
        """
        files = self._hooks.some("codekit_publication_files", RemoteFile, web=web, publication=publication)
        twice = _first_duplicate(file.name for file in files or ())
        if not files or twice:
            what = f"two files of the name {twice!r}" if twice else "no file"
            raise PluginError(
                f"code system {self.info.id!r}: publication {publication.version!r} has {what}; "
                "report it to the plugin's author"
            )
        return files

    def default_source(self) -> tuple[Path, ...] | None:
        """Say where the files of the embedded edition are.

        Returns:
            Files, folders or zips; None if the plugin brings no edition.
        """
        return self._hooks.some("codekit_default_source", Path)

    def identify(self, source: Source) -> Release:
        """Recognise the release that some files make up.

        Args:
            source: The files.

        Returns:
            The release, without its `sources`.

        Raises:
            SourceError: They are not a release of this system.
        """
        release = self._hooks.one("codekit_identify_release", Release, source=source)
        if release is None:
            raise SourceError(
                f"these files are not a release of {self.info.name}; found: {_list_names(source)}. "
                "Give the zip or the folder as its publisher ships it, or name another system with --system"
            )
        return release

    def parse(self, release: Release, source: Source) -> Classification:
        """Read a release.

        Args:
            release: What `identify` returned.
            source: The same files.

        Returns:
            The classification, with what was wrong in the files as its `problems`.

        Raises:
            SourceError: The files cannot be read.
            PluginError: The parser failed, or there is none.
        """
        parsed = self._hooks.one("codekit_parse_release", Classification, release=release, source=source)
        if parsed is None:
            raise PluginError(
                f"plugin {self._plugin!r} recognised release {release.version!r} but returned nothing from "
                "codekit_parse_release; report it to the plugin's author"
            )
        if isinstance(parsed.pairs, tuple):
            return parsed
        return attrs.evolve(parsed, pairs=self._hooks.lazily("codekit_parse_release", parsed.pairs))

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:
        """Read the guidelines that come with a release, in printed order; empty where there are none."""
        return self._hooks.all("codekit_guidelines", GuidelineSection, release=release, source=source)

    def search(self, query: str, edition: Edition, limit: int) -> tuple[Candidate, ...]:
        """Ask the plugins, and only them, for candidates.

        Args:
            query: Words as a coder would look them up.
            edition: The opened edition.
            limit: At most so many candidates, over all plugins.

        Returns:
            The best of each plugin first, then the second best, and so on; a code appears once.
        """
        lists = self._hooks.groups("codekit_search_index", Candidate, query=query, edition=edition, limit=limit)
        found: dict[str, Candidate] = {}
        for rank in zip_longest(*lists):
            for candidate in rank:
                if candidate is not None:
                    found.setdefault(candidate.code, candidate)
        return tuple(found.values())[:limit]

    def locate_mentions(
        self, note: ReadNote, located: Sequence[LocatedMention], edition: Edition
    ) -> tuple[LocatedMention, ...]:
        """Let the plugins add mentions to those that core found, and replace some.

        Args:
            note: The note.
            located: What core found, in text order.
            edition: The opened edition.

        Returns:
            All mentions in text order; of several with one span the last that a plugin gave, and none with
            candidates that overlaps with one that covers it, or with a statement that is a row's own title, of which a
            plugin can only say whether it holds. What so gives way is kept at what it gives way to.
        """
        changed = self._hooks.all(
            "codekit_locate_mentions", LocatedMention, note=note, located=tuple(located), edition=edition
        )
        reread = {(one.mention.start, one.mention.end): one for one in changed}
        titles = [
            _as_reread(one, reread.get((one.mention.start, one.mention.end), one))
            for one in located
            if one.candidates and one.candidates[0].exact
        ]
        titled = _joined((one.mention.start, one.mention.end) for one in titles)
        changed, within = _apart(changed, titled)
        located, _ = _apart(located, titled)
        covers = _joined((one.mention.start, one.mention.end) for one in (*titles, *changed) if one.covers)
        by_span: dict[tuple[int, int], list[LocatedMention]] = {}
        covered = list(within)
        for one in (*titles, *located, *changed):
            if one.covers or not one.candidates or not _overlaps(one.mention, covers):
                by_span.setdefault((one.mention.start, one.mention.end), []).append(one)
            else:
                covered.append(one)
        found = [_taking(by_span[span][-1], by_span[span][:-1]) for span in sorted(by_span)]
        return tuple(_covering(found, covered) if covered else found)

    def retrieve_guidelines(self, query: str, edition: Edition, limit: int) -> tuple[Passage, ...] | None:
        """Ask the plugins, and only them, for the sections of the official guidelines that answer a query.

        Args:
            query: A code, the id of a section, or words.
            edition: The opened edition.
            limit: At most so many passages.

        Returns:
            What a plugin found, best first; None where they leave it to `codekit.search.guidelines`.

        Raises:
            UsageError: It is a code or a section that the edition does not hold.
        """
        found = self._hooks.some("codekit_retrieve_guidelines", Passage, query=query, edition=edition, limit=limit)
        return None if found is None else found[:limit]

    def prompt(self, step: str, release: Release) -> str | None:
        """Give a prompt of the plugins' own for a step of a workflow; None where they have none."""
        return self._hooks.one("codekit_prompt", str, step=step, release=release)

    def propose(self, note: Note, edition: Edition) -> tuple[ProposedCode, ...]:
        """Ask the plugins' classifiers for codes.

        Args:
            note: The note.
            edition: The opened edition.

        Returns:
            Proposals as the plugins gave them; empty where none of them has a classifier.
        """
        return self._hooks.all("codekit_propose_codes", ProposedCode, note=note, edition=edition)

    def lexicon(self, release: Release) -> Lexicon:
        """Give the words of the language and the system, in which a release is written.

        Args:
            release: The release.

        Returns:
            What the system's own plugin brings, over the lexicon of its language; English where it brings nothing.
        """
        own, _ = self._hooks.layers("codekit_lexicon", Lexicon, release=release)
        layer = own or Lexicon()
        return layer.over(load_language(layer.language))

    def note_lexicon(self, edition: Edition, site: Lexicon | None = None) -> Lexicon:
        """Give what the notes of an edition are read with.

        Args:
            edition: The opened edition.
            site: What the place brings where the notes come from; None for nothing.

        Returns:
            The words under which the edition was built, with those of its extensions, by name, and of the site on top.

        Raises:
            LexiconError: The site brings what only a language or a system can.
        """
        _, extensions = self._hooks.layers("codekit_lexicon", Lexicon, release=edition.release)
        notes = self.lexicon(edition.release)
        joined = notes.for_notes(edition.lexicon, (*extensions, *filter(None, (site,))))
        self.warnings.extend(one for one in idle_codes(joined.policy, edition) if one not in self.warnings)
        return joined

    def specificity(self, release: Release) -> Specificity:
        """Say which details of a note choose between sibling codes; codekit's own answer by default."""
        own = self._hooks.one("codekit_specificity", Specificity, release=release)
        return own or Specificity()

    def conventions(self, release: Release) -> tuple[Convention, ...]:
        """Give the conventions that the reconciler applies.

        Args:
            release: The release of the opened edition.

        Returns:
            Conventions in the order in which they apply; what one of them does wrong is raised as `PluginError`.

        Raises:
            PluginError: An id is given twice, or they go round in a circle.
        """
        conventions = self._hooks.conventions(release=release)
        if twice := _first_duplicate(convention.id for convention in conventions):
            raise PluginError(
                f"code system {self.info.id!r}: convention {twice!r} is given twice by its plugins; "
                "rename one, or uninstall the extension that repeats it"
            )
        try:
            return arrange(conventions)
        except PluginError as error:
            raise PluginError(f"code system {self.info.id!r}: {error}") from error

    def check_edition(self, edition: Edition, source: Source) -> tuple[Finding, ...]:
        """Compare a compiled edition with what its publisher lists besides.

        Args:
            edition: The edition.
            source: The files that it was built from.

        Returns:
            What differs and what was compared; empty where there is nothing to compare with.
        """
        return self._hooks.all("codekit_check_edition", Finding, edition=edition, source=source)

    def validate(self, codes: Sequence[str], edition: Edition, encounter: Encounter) -> tuple[Finding, ...]:
        """Check a code set without a note.

        Args:
            codes: In sequence, as typed.
            edition: The opened edition.
            encounter: Setting, date, age and sex, as far as known.

        Returns:
            Findings by position of their first code in `codes`, then rule.
        """
        findings = self._hooks.all(
            "codekit_validate_codes", Finding, codes=tuple(codes), edition=edition, encounter=encounter
        )
        place: dict[str, int] = {}
        for position, typed in enumerate(codes):
            known = edition.find(typed)
            for code in (typed, known.code if known else typed):
                place.setdefault(code, position)

        def key(finding: Finding) -> tuple[int, str, tuple[str, ...], str]:
            first = finding.codes[0] if finding.codes else ""
            return place.get(first, len(codes)), finding.rule, finding.codes, finding.message

        return tuple(sorted(findings, key=key))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping spans, in ascending order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _overlaps(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    """Say whether a mention overlaps with one of some disjoint spans in ascending order."""
    before = bisect_left(spans, (mention.end, 0)) - 1
    return before >= 0 and spans[before][1] > mention.start


def _as_reread(title: LocatedMention, again: LocatedMention) -> LocatedMention:
    """Keep what the title of a row leads to, with what a plugin says of that reading."""
    mention = again.mention if again.candidates == title.candidates else title.mention
    return attrs.evolve(title, mention=mention, covers=True)


def _apart(
    mentions: Iterable[LocatedMention], spans: Sequence[tuple[int, int]]
) -> tuple[tuple[LocatedMention, ...], tuple[LocatedMention, ...]]:
    """Tell mentions outside of some spans, and those without candidates, from the others."""
    each = tuple(mentions)
    within = tuple(one for one in each if spans and one.candidates and _overlaps(one.mention, spans))
    return tuple(one for one in each if one not in within) if within else each, within


def _taking(one: LocatedMention, others: Iterable[LocatedMention]) -> LocatedMention:
    """Let other readings give way to one: those, and what gave way to them, that propose what it does not."""
    known = {each.code for each in one.candidates}
    lost = {
        (each.mention.start, each.mention.end, each.candidates[0].code): each
        for other in others
        for each in (other, *other.instead_of)
        if each.candidates and each.candidates[0].code not in known
    }
    return attrs.evolve(one, instead_of=(*one.instead_of, *lost.values())) if lost else one


def _covering(found: Iterable[LocatedMention], covered: Iterable[LocatedMention]) -> Iterator[LocatedMention]:
    """Let each covered mention give way to the first one that covers words of it."""
    left = list(covered)
    for one in found:
        span = [(one.mention.start, one.mention.end)]
        theirs = [other for other in left if one.covers and _overlaps(other.mention, span)]
        left = [other for other in left if other not in theirs] if theirs else left
        yield _taking(one, theirs)


def _first_duplicate(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _list_names(source: Source) -> str:
    names = sorted(source.names())
    shown = ", ".join(names[:5]) or "nothing"
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
