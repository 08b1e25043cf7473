"""Text as the steps read it, without entities, markup, mojibake and odd forms of a character; places lead back."""

from __future__ import annotations

import re
import unicodedata
from array import array

import attrs

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_FOLDED = {
    **dict.fromkeys(_INVISIBLE, ""),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
}
_BLOCKS = (
    "address article blockquote body br dd div dl dt footer form h1 h2 h3 h4 h5 h6 head header hr html li ol p pre "
    "section table tbody thead tr ul"
)
_INLINE = "a b big code em font i img input label mark meta s small span strong style script sub sup td th title tt u"
_TAG = re.compile(
    r"<!--.{0,5000}?-->|<(?P<whole>style|script|head)\b[^<>]{0,500}>.{0,9999}?</(?P=whole)\s*>"
    rf"|</?(?:(?P<block>{'|'.join(_BLOCKS.split())})|(?P<cell>t[dh])|{'|'.join(_INLINE.split())})\b"
    r"(?:[ \t\n][^<>]{0,2000})?/?>",
    re.I | re.S,
)
_OPENS = re.compile(r"</?(?:html|body|p|div|li|ul|ol|br|table|tr|td|span|b|i|strong|em|h[1-6])\b[^<>]{0,200}>", re.I)
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
# What the bytes behind the first of a letter are in Windows-1252.
_TRAIL = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039"
    "\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_MOJIBAKE = rf"[\u00c2-\u00df][{_TRAIL}]|[\u00e0-\u00ef][{_TRAIL}]{{2}}|[\u00f0-\u00f4][{_TRAIL}]{{3}}"
_COMPOSED = r"[^\W\d_][\u0300-\u036f]+"
_COMPATIBLE = r"[\u2080-\u209c\ufb00-\ufb06\uff01-\uff5e]|(?<!\d)[\u00b2\u00b3\u00b9\u2070-\u207f]|(?<=\w)\u2013(?=\w)"
_ODD = re.compile(f"{_ENTITY}|{_MOJIBAKE}|{_COMPOSED}|{_COMPATIBLE}|[{''.join(map(re.escape, _FOLDED))}]")
_PASSES = 3


@attrs.frozen(kw_only=True)
class Repaired:
    """A text that is read in place of another.

    Args:
        text: What is read.
        original: The untouched text.
        starts: For each code point of `text` the first of `original` that it stands for; empty where all is as it was.
        ends: One past the last of them.
    """

    text: str = attrs.field(repr=False)
    original: str = attrs.field(repr=False)
    starts: array[int] = attrs.field(factory=lambda: array("L"), repr=False)
    ends: array[int] = attrs.field(factory=lambda: array("L"), repr=False)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Lead a span of the text back.

        Args:
            start: First code point.
            end: One past the last.

        Returns:
            The span of the untouched text, in half-open code points.
        """
        if self.text == self.original:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]


def repair(text: str) -> Repaired:
    """Bring a text into the form in which it is read; plain ASCII without markup is read as it stands.

    Args:
        text: Any text.

    Returns:
        The text to read: entities, markup and mojibake replaced by what they stand for; decomposed letters, ligatures,
        full-width and lowered characters by the plain ones; invisible characters left out.
    """
    repaired = Repaired(text=text, original=text)
    if "<" in text and _OPENS.search(text):
        repaired = _replace(repaired, _TAG)
    # What an entity or mojibake stands for may have to be folded in turn.
    for _ in range(_PASSES):
        if repaired.text.isascii() and "&" not in repaired.text:
            break
        again = _replace(repaired, _ODD)
        if again.text == repaired.text:
            break
        repaired = again
    return repaired


def _replace(of: Repaired, pattern: re.Pattern[str]) -> Repaired:
    pieces: list[str] = []
    starts, ends = array("L"), array("L")

    def keep(start: int, end: int) -> None:
        pieces.append(of.text[start:end])
        if of.starts:
            starts.extend(of.starts[start:end])
            ends.extend(of.ends[start:end])
        else:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))

    at = 0
    for found in pattern.finditer(of.text):
        written = _instead(found)
        if written == found.group():
            continue
        keep(at, found.start())
        first, last = (
            of.starts[found.start()] if of.starts else found.start(),
            (of.ends[found.end() - 1] if of.ends else found.end()),
        )
        pieces.append(written)
        starts.extend([first] * len(written))
        ends.extend([last] * len(written))
        at = found.end()
    if not at:
        return of
    keep(at, len(of.text))
    return Repaired(text="".join(pieces), original=of.original, starts=starts, ends=ends)


def _instead(found: re.Match[str]) -> str:
    """Give what is read in place of a piece of text."""
    piece = found.group()
    if found.re is _TAG:
        return "\n" if found["block"] or found["whole"] else "\t" if found["cell"] else ""
    if piece.startswith("&"):
        import html

        return html.unescape(piece)
    if piece in _FOLDED:
        return _FOLDED[piece]
    if len(piece) > 1 and "\u00c2" <= piece[0] <= "\u00f4":
        meant = _decoded(piece)
        if meant is not None:
            return meant
    if piece == "\u2013":
        return "-"
    return unicodedata.normalize("NFC" if "\u0300" <= piece[-1] <= "\u036f" else "NFKC", piece)


def _decoded(piece: str) -> str | None:
    """Read UTF-8 that was taken for Windows-1252; None where it is none."""
    try:
        raw = b"".join(one.encode("latin-1") if "\u0080" <= one <= "\u009f" else one.encode("cp1252") for one in piece)
        return raw.decode()
    except ValueError:
        return None
