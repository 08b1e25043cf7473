"""Configuration of the documentation; `sphinx-build -W -n docs build/docs` builds it without a network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import GetSetDescriptorType, MemberDescriptorType

from sphinx.application import Sphinx

import codekit

sys.path.append(str(Path(__file__).parent))
from conventions_pages import write_pages

project = "codekit"
copyright = "codekit contributors, Apache-2.0"
release = codekit.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
html_theme = "furo"
html_title = f"codekit {release}"
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_custom_sections = ["Source"]

# An inventory of Python's and pluggy's own docs would have to be fetched; their names stay plain text.
nitpick_ignore_regex = [
    ("py:.*", r"(collections|datetime|enum|pathlib|tomllib|typing|attrs|pluggy|pytest|_pytest)\..*"),
    # What plugins need not know by name.
    ("py:.*", r"codekit\.text\.(sections\.Section|tokens\.Token)|codekit\.conventions\.rule\.CaseT"),
    ("py:.*", r"codekit\.text\.(notation\.Phrase|repair\.Repaired|layout\.(Layout|LineKind))|Repaired"),
    ("py:.*", r"codekit\.testing\.phrases\.PhraseBench|types\.ModuleType"),
    ("py:.*", r"(Template|_Element|codekit\.agents\.asking\.Asker|codekit\.agents\.index_navigator\.Nearest)"),
    (
        "py:.*",
        r"(Any|Apply|ClassVar|Draft|EnumMeta|Exception|Path|Sentence|StrEnum|T|Turn|date|object|optional)",
    ),
]


def _skip(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool:  # noqa: ARG001
    """Leave out the slots of attrs classes, which their docstrings describe as arguments."""
    return skip or isinstance(member, MemberDescriptorType | GetSetDescriptorType)


def _to_literals(app: Sphinx, what: str, name: str, member: object, options: object, lines: list[str]) -> None:  # noqa: ARG001
    """Read single backticks as Markdown does; reStructuredText stumbles over some that stand beside letters."""
    lines[:] = [re.sub(r"(?<![`:])`([^`]+)`(?!`)", lambda match: f"``{match[1].strip()}``\\ ", line) for line in lines]


def _write_pages(app: Sphinx) -> None:
    """Write the pages of the conventions, before the pages are looked for."""
    write_pages(Path(app.srcdir) / "reference" / "conventions")


def setup(app: Sphinx) -> None:
    """Register what autodoc asks, and what is generated."""
    app.connect("builder-inited", _write_pages)
    app.connect("autodoc-process-docstring", _to_literals)
    app.connect("autodoc-skip-member", _skip)
