"""codekit turns clinical notes into classification codes the way an expert coder does."""

from typing import TYPE_CHECKING

from codekit.version import __version__

if TYPE_CHECKING:
    from codekit.api import Coder, open
    from codekit.types import Chart, CodingResult, Document, Encounter, Note

__all__ = ["Chart", "Coder", "CodingResult", "Document", "Encounter", "Note", "__version__", "open"]

_LAZY = {
    "Chart": "codekit.types",
    "Coder": "codekit.api",
    "CodingResult": "codekit.types",
    "Document": "codekit.types",
    "Encounter": "codekit.types",
    "Note": "codekit.types",
    "open": "codekit.api",
}


def __getattr__(name: str) -> object:
    """Import the public names on first use, so that `import codekit` stays cheap."""
    from importlib import import_module

    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
