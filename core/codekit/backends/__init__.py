"""Language models behind one protocol: a server, vLLM in process, or recorded answers."""

from __future__ import annotations

from codekit.backends.base import Answer, Backend, Failure, Message, Request, Sampling
from codekit.backends.settings import Settings

__all__ = ["Answer", "Backend", "Failure", "Message", "Request", "Sampling", "Settings"]
