"""The version, apart from the package, whose door leads everywhere."""

__version__ = "0.1.0"
