"""Measure what codekit itself costs per call of a model, with a fake server of fixed latency.

Run as `python benchmarks/backends.py [--notes 207] [--calls 8] [--latency 0.2] [--concurrency 64]`; the server is a
process of its own and answers every question after the latency. Printed are the share of the time in which the
server's places were taken, and the processor time of codekit per call; then the same with a recording and a cache.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from codekit.backends import Answer, Message, Request, Settings
from codekit.backends.registry import open_backend

_NOTE_CHARACTERS = 4000
_SAID = {
    "choices": [{"message": {"role": "assistant", "content": '{"choice": 1}'}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 7},
}
_SCHEMA = {"type": "object", "properties": {"choice": {"type": "integer"}}, "required": ["choice"]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask the fake server and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=207)
    parser.add_argument("--calls", type=int, default=8, help="calls for each note")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds")
    parser.add_argument("--concurrency", type=int, default=64)
    options = parser.parse_args(arguments)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs, options.latency), daemon=True)
    server.start()
    settings = Settings(model="fake", base_url=f"http://127.0.0.1:{ours.recv()}/v1", concurrency=options.concurrency)
    requests = [_question(number) for number in range(options.notes * options.calls)]
    try:
        _measure("server alone", settings, requests, options.latency)
        with tempfile.TemporaryDirectory() as folder:
            kept = (Path(folder) / "recording", Path(folder) / "cache.sqlite")
            _measure("recorded, cache empty", settings, requests, options.latency, *kept)
            _measure("recorded, cache full", settings, requests, options.latency, *kept)
    finally:
        server.terminate()
        server.join()


def _measure(
    title: str,
    settings: Settings,
    requests: Sequence[Request],
    latency: float,
    record: Path | None = None,
    cache: Path | None = None,
) -> None:
    with closing(open_backend("openai", settings, record=record, cache=cache)) as backend:
        wall, processor = time.perf_counter(), time.process_time()
        outcomes = backend.answer(requests)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    asked = sum(isinstance(one, Answer) and not one.recorded for one in outcomes)
    if sum(isinstance(one, Answer) for one in outcomes) != len(requests):
        raise SystemExit("not every question was answered")
    busy = asked * latency / (settings.concurrency * wall)
    per_call = 1000 * processor / len(requests)
    print(f"{title:<22} {len(requests)} calls {wall:6.2f} s, busy {busy:6.1%}, {per_call:.2f} ms of codekit per call")


def _question(number: int) -> Request:
    text = f"{number} ".ljust(_NOTE_CHARACTERS, "x")
    said = (Message(role="system", content="Choose one number."), Message(role="user", content=text))
    return Request(step="locate", prompt="benchmark@1", messages=said, schema=_SCHEMA)


def _serve(port: Connection, latency: float) -> None:
    asyncio.run(_listen(port, latency))


async def _listen(port: Connection, latency: float) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _talk(reader, writer, latency), "127.0.0.1", 0, backlog=512
    )
    port.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency: float) -> None:
    body = json.dumps(_SAID).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    try:
        while True:
            lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
            lengths = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")]
            await reader.readexactly(sum(lengths))
            await asyncio.sleep(latency if lengths else 0)
            writer.write(head + body)
    except asyncio.IncompleteReadError:
        writer.close()


if __name__ == "__main__":
    main()
