"""A model that a test scripts, behind a real HTTP server, and coders that ask it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from chat_server import Body, ChatServer, Reply, asked, completion, serve

from codekit import Coder
from codekit.agents.asking import Asker
from codekit.backends.openai_server import OpenAIServer
from codekit.backends.settings import Settings
from codekit.workflows.kit import Kind, Kit, Part
from codekit.workflows.registry import build

Script = Callable[[str, str], str]
"""From a step and the user's message to what the model says."""

_STEPS = {
    "You read clinical notes": "analyze",
    "You look conditions up": "locate",
    "You assign codes": "assign",
    "You make the final": "verify",
    "You know the titles": "describe",
    "You rank descriptions": "rank",
    "You check the work": "select",
}


def step_of(body: Body) -> str:
    """Tell which step asks, by the first words of the system's message."""
    system = str(body["messages"][0]["content"])
    return next(step for words, step in _STEPS.items() if system.startswith(words))


def question_of(body: Body) -> str:
    """Return the question, also where it is asked again."""
    return str(body["messages"][1]["content"])


def note_in(question: str) -> str:
    """Return the part of the note that a question shows."""
    found = re.search(r"<note>\n(.*)\n</note>", question, re.DOTALL)
    return found[1] if found else ""


def numbered(question: str) -> dict[int, str]:
    """Return the numbered candidates of a question, 0 left out."""
    behind = question.rpartition("</note>")[2] if "</note>" in question else question
    return {int(n): text for n, text in re.findall(r"^(\d+)\. (.*)$", behind, re.MULTILINE) if n != "0"}


def say(**answer: object) -> str:
    """Write an answer."""
    return json.dumps(answer)


@attrs.frozen
class Expert:
    """A model that does as it should: it quotes what it knows, and chooses the codes that it is told are right.

    Args:
        phrases: What it quotes, where the note has it, with the assertion.
        codes: What it chooses, wherever it is offered.
    """

    phrases: dict[str, str]
    codes: tuple[str, ...]

    def __call__(self, step: str, question: str) -> str:
        offered = numbered(question)
        if step == "analyze":
            note = note_in(question)
            found = sorted((note.find(text), text) for text in self.phrases if text in note)
            return say(mentions=[{"text": text, "assertion": self.phrases[text]} for _, text in found])
        if step == "locate":
            return say(answer=1)
        right = [number for number, text in offered.items() if text.split()[0] in self.codes]
        return say(reasoning="by the note", answer=right)


@contextmanager
def asked_by(
    coder: Coder, script: Script, workflow: str = "clh", *, window: int = 32_000, thoughts: bool = False, **parts: str
) -> Iterator[tuple[Coder, ChatServer]]:
    """Wire a workflow over the edition of a coder, with a scripted model behind a server."""

    def respond(body: Body, _: int) -> Reply:
        return Reply(content=completion(script(step_of(body), question_of(body))))

    listed = Reply(content={"data": [{"id": "tiny", "max_model_len": window}]})
    proposer = parts.pop("proposer", "rules")
    with serve(respond, listed) as server:
        backend = OpenAIServer(Settings(model="tiny", base_url=server.url))
        try:
            kit = Kit(
                system=coder.system,
                edition=coder.edition,
                searcher=coder.searcher,
                asker=Asker(backend, thoughts=thoughts),
                parts={Part(part): Kind(kind) for part, kind in parts.items()},
                proposer=proposer,
            )
            yield build(workflow, kit), server
        finally:
            backend.close()


def all_text(server: ChatServer) -> Iterator[str]:
    """Yield all that the server was sent."""
    for body in server.bodies:
        yield json.dumps(body, ensure_ascii=False)


__all__ = ["Any", "Expert", "all_text", "asked", "asked_by", "note_in", "numbered", "say", "step_of"]
