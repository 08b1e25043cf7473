"""Read the mixed content of a ClaML rubric: its text as printed, and the codes that it refers to.

Source: ClaML 2.0.0, elements Rubric, Label, Para, Fragment, Reference, Include, IncludeDescendants, List, Table, Term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from codekit.formats.notation import Notation
from codekit.formats.xml import fold, local
from codekit.types import CodeReference

if TYPE_CHECKING:
    from lxml.etree import _Element

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MARKS = {"aster": "*", "asterisk": "*", "dagger": "†"}
# Space that markup leaves in front of a sign.
_LOOSE = re.compile(r"\s+([;,.)])|(?<=\()\s+")
# What stands between two of a kind.
_ENDS = {"Para": " ", "ListItem": "; ", "Cell": ", ", "Row": "; ", "Fragment": " ", "Caption": ": ", "THead": "; "}


@attrs.frozen(kw_only=True)
class Partner:
    """A code in a rubric with a mark: the other half of a pair of dagger and asterisk.

    Args:
        usage: `dagger` or `asterisk`: the mark of the code that is named.
        text: The reference as printed, which may name several codes.
    """

    usage: str
    text: str


@attrs.frozen(kw_only=True)
class Rubric:
    """One rubric.

    Args:
        kind: Such as `preferred` or `exclusion`.
        id: For others that include it; may be empty.
        text: White space folded; references that stand in brackets with them, dagger and asterisk behind the code.
        references: Codes and ranges in order of appearance.
        partners: References with a mark.
        includes: Ids of rubrics whose text belongs to it too.
    """

    kind: str
    id: str
    text: str
    references: tuple[CodeReference, ...]
    partners: tuple[Partner, ...]
    includes: tuple[str, ...]


def read_rubric(element: _Element, notation: Notation, language: str) -> Rubric:
    """Read a rubric, all its labels in one.

    Args:
        element: Element Rubric.
        notation: How the classification writes its codes.
        language: What the tag of the language begins with in which labels are read.

    Returns:
        The rubric. Without elements Reference the codes are those that stand in its text in parentheses. Of labels in
        several languages those in the wanted one count, else those in the first one's.
    """
    _keep_language(element, language)
    marked = [(local(one), one) for label in element for one in label.iterdescendants()]
    named = [one for tag, one in marked if tag in ("Reference", "IncludeDescendants")]
    found = dict.fromkeys(each for one in named for each in _named(one, notation))
    if marked:
        text = _LOOSE.sub(r"\1", fold("".join(_pieces(element, "Rubric"))))
    else:
        text = fold(" ".join(label.text or "" for label in element))
    return Rubric(
        kind=element.get("kind", ""),
        id=element.get("id", ""),
        text=text,
        references=tuple(found) or _in_parentheses(text, notation),
        partners=tuple(
            Partner(usage="asterisk" if mark == "*" else "dagger", text=_printed(one))
            for one in named
            if (mark := _MARKS.get(one.get("usage", "")))
        ),
        includes=tuple(one.get("rubric", "") for tag, one in marked if tag == "Include" and one.get("rubric")),
    )


def _keep_language(element: _Element, language: str) -> None:
    if len(element) > 1:
        languages = [label.get(_LANGUAGE, "").lower() for label in element]
        wanted = next((one for one in languages if one.startswith(language)), languages[0])
        for label, own in zip(list(element), languages, strict=True):
            if own != wanted:
                element.remove(label)


def _pieces(element: _Element, tag: str) -> Iterator[str]:
    if tag == "Reference":
        printed = _printed(element) + _MARKS.get(element.get("usage", ""), "")
        yield f" ({printed})" if "bracket" in element.get("class", "") else printed
        return
    if tag == "IncludeDescendants":
        yield f"{element.get('code', '')}.-"
        return
    yield element.text or ""
    for child in element:
        name = local(child)
        yield from _pieces(child, name)
        yield _ENDS.get(name, "") if child.getnext() is not None else ""
        yield child.tail or ""


def _printed(element: _Element) -> str:
    return fold("".join(map(str, element.itertext()))).strip("()") or fold(element.get("code"))


def _named(element: _Element, notation: Notation) -> tuple[CodeReference, ...]:
    return notation.references(element.get("code") or "") or notation.references(_printed(element))


def _in_parentheses(text: str, notation: Notation) -> tuple[CodeReference, ...]:
    inside = (part.partition(")")[0] for part in text.split("(")[1:])
    return tuple(dict.fromkeys(found for part in inside for found in notation.references(part)))
