"""Measure how well a workflow keeps a model's server busy, with a fake model of fixed latency.

Run as `python benchmarks/workflows.py NOTES.jsonl [--workflow clh] [--latency 0.2] [--concurrency 64]`.
The model is a process of its own. It quotes common conditions that a note names, picks the first entry of the index,
and keeps the codes that it is offered. `codekit run` codes the notes, in a process of its own too. Printed are the
calls, the share of the time between the first and the last in which the server's places were taken, and what codekit
took for it: rules, search and prompts are part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import attrs

_CONDITIONS = re.compile(
    r"\b(?:congestive heart failure|depression|hypertension|type 2 diabetes|diabetes|asthma|COPD|atrial fibrillation"
    r"|coronary artery disease|chronic kidney disease|hypothyroidism|osteoarthritis|rheumatoid arthritis|reflux|GERD"
    r"|back pain|knee pain|shoulder pain|neck pain|chest pain|headaches?|migraines?|shortness of breath|cough|fever"
    r"|nausea|vomiting|diarrhea|constipation|fatigue|dizziness|anxiety|insomnia|anemia|gout|obesity|swelling"
    r"|fracture|sprain|pneumonia|bronchitis|psoriasis|kidney stones?|hyperlipidemia|lupus|edema|rash)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"<note>\n(.*)\n</note>", re.DOTALL)
_OPTION = re.compile(r"^([1-9]\d*)\. ", re.MULTILINE)
_WINDOW = 32_000


@attrs.define
class Seen:
    """What the server saw: when it was asked, and how often."""

    calls: int = 0
    first: float = 0.0
    last: float = 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Code the notes and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--workflow", default="clh")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds")
    parser.add_argument("--concurrency", type=int, default=64)
    options = parser.parse_args(arguments)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs, options.latency), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    model = ["--backend", "openai", "--model", "fake", "--base-url", url, "--concurrency", str(options.concurrency)]
    chosen = ["--workflow", options.workflow, "--format", "jsonl", str(options.notes)]
    started = time.perf_counter()
    try:
        command = [sys.executable, "-m", "codekit", "-s", "icd10cm", "--quiet", "run", *model, *chosen]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours.send("how much?")
        seen: Seen = ours.recv()
    finally:
        server.terminate()
        server.join()
    busy = seen.calls * options.latency / (options.concurrency * (seen.last - seen.first))
    per_call = 1000 * (used.ru_utime + used.ru_stime) / seen.calls
    print(
        f"{options.workflow}: {seen.calls} calls in {seen.last - seen.first:.1f} s, busy {busy:.1%}; "
        f"{per_call:.2f} ms of codekit per call; {wall:.1f} s in all, at most {used.ru_maxrss / 1024:.0f} MiB"
    )


def _answer(body: dict[str, Any]) -> dict[str, Any]:
    """Answer by the form that is asked for."""
    asked = str(body["messages"][1]["content"])
    properties = body["response_format"]["json_schema"]["schema"]["properties"]
    if "mentions" in properties:
        note = _NOTE.search(asked)
        found = _CONDITIONS.findall(note[1]) if note else []
        return {"mentions": [{"text": one, "assertion": "present"} for one in dict.fromkeys(found)]}
    if properties["answer"]["type"] == "integer":
        return {"answer": 1}
    options = [int(one) for one in _OPTION.findall(asked.rpartition("</note>")[2])]
    return {"reasoning": "by the note", "answer": options[:1] if "reasoning" in properties else options}


def _serve(port: Connection, latency: float) -> None:
    asyncio.run(_listen(port, latency))


async def _listen(port: Connection, latency: float) -> None:
    seen = Seen()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
                length = sum(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
                content = await reader.readexactly(length)
                if content:
                    seen.calls += 1
                    seen.first = seen.first or time.perf_counter()
                    await asyncio.sleep(latency)
                    said = json.dumps(_answer(json.loads(content)))
                    _write(writer, _completion(said))
                    seen.last = time.perf_counter()
                else:
                    _write(writer, {"data": [{"id": "fake", "max_model_len": _WINDOW}]})
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=512)
    port.send(server.sockets[0].getsockname()[1])

    def tell() -> None:
        port.recv()
        port.send(seen)

    asyncio.get_running_loop().add_reader(port.fileno(), tell)
    await server.serve_forever()


def _completion(said: str) -> dict[str, Any]:
    choice = {"message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
    return {"choices": [choice], "usage": {"prompt_tokens": 1000, "completion_tokens": 20}}


def _write(writer: asyncio.StreamWriter, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)


if __name__ == "__main__":
    main()
