"""codekit turns clinical notes into classification codes the way an expert coder does."""

from codekit.hookspecs import hookimpl

__version__ = "0.1.0"

__all__ = ["__version__", "hookimpl"]
