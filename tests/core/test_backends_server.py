"""The OpenAI backend against a real server that may misbehave."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from email.utils import formatdate
from typing import Any

import pytest
from chat_server import Body, ChatServer, Reply, asked, completion, serve

from codekit.backends import Answer, Failure, Message, Request, Sampling, Settings
from codekit.errors import BackendError, UsageError

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
from codekit.backends.openai_server import OpenAIServer

SECRET = "sk-4f1a9c"
PATIENT = "Zebulon Quackenbush"
SCHEMA = {"type": "object", "properties": {"choice": {"type": "integer"}}, "required": ["choice"]}


def question(text: str = PATIENT, schema: dict[str, Any] | None = None, max_tokens: int = 20) -> Request:
    said = (Message(role="system", content="Be brief."), Message(role="user", content=text))
    return Request(step="locate", prompt="t@1", messages=said, schema=schema, sampling=Sampling(max_tokens=max_tokens))


@contextmanager
def opened(
    respond: Callable[[Body, int], Reply], models: Reply | None = None, **settings: Any
) -> Iterator[tuple[OpenAIServer, ChatServer]]:
    with serve(respond, models) as server:
        chosen = Settings(**{"model": "tiny", "base_url": server.url, "attempts": 3} | settings)
        with closing(OpenAIServer(chosen)) as backend:
            yield backend, server


def one(outcomes: Sequence[Answer | Failure]) -> Answer:
    (answer,) = outcomes
    assert isinstance(answer, Answer), answer
    return answer


def failure(outcomes: Sequence[Answer | Failure]) -> Failure:
    (outcome,) = outcomes
    assert isinstance(outcome, Failure), outcome
    assert PATIENT not in outcome.reason
    return outcome


def test_many_answers_come_in_the_order_of_the_questions_and_so_many_are_asked_at_once() -> None:
    def respond(body: Body, _: int) -> Reply:
        return Reply(content=completion(f"to {asked(body)}"), delay=0.02 * (3 - int(asked(body)) % 4))

    with opened(respond, concurrency=8) as (backend, server):
        answers = backend.answer([question(str(number)) for number in range(40)])
    assert [answer.text for answer in answers if isinstance(answer, Answer)] == [f"to {n}" for n in range(40)]
    assert server.most_at_once == 8


def test_a_question_is_sent_as_the_api_wants_it_and_its_tokens_are_counted() -> None:
    with opened(lambda *_: Reply(content=completion(" yes "))) as (backend, server):
        answer = one(backend.answer([question("so?", SCHEMA)]))
    assert (answer.text, answer.prompt_tokens, answer.completion_tokens, answer.finished) == ("yes", 11, 7, True)
    assert 0 < answer.seconds < 5 and answer.retries == 0
    (body,) = server.bodies
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "so?"}]
    assert (body["model"], body["max_tokens"], body["temperature"], body["seed"]) == ("tiny", 20, 0.0, 0)
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_without_a_schema_no_form_is_asked_for_and_without_questions_nothing_is_sent() -> None:
    with opened(lambda *_: Reply(content=completion("yes"))) as (backend, server):
        assert list(backend.answer([])) == []
        one(backend.answer([question()]))
    assert len(server.bodies) == 1
    assert "response_format" not in server.bodies[0]


def test_the_window_is_what_the_server_says_unless_the_user_says_otherwise() -> None:
    def respond(*_: object) -> Reply:
        return Reply(content=completion("yes"))

    with opened(respond) as (backend, _):
        assert backend.window == 4096
    with opened(respond, window=1000) as (backend, _):
        assert backend.window == 1000
    with opened(respond, models=Reply(status=404)) as (backend, _):
        assert backend.window == 8192
    with opened(respond, models=Reply(content="<html>", kind="text/html")) as (backend, _):
        assert backend.window == 8192


def test_a_busy_server_is_asked_again() -> None:
    seen: set[str] = set()

    def respond(body: Body, _: int) -> Reply:
        if asked(body) in seen:
            return Reply(content=completion("now"))
        seen.add(asked(body))
        return Reply(status=int(asked(body)), content="later")

    with opened(respond) as (backend, _):
        answers = backend.answer([question(str(status)) for status in (429, 500, 502, 503, 504)])
    assert [(answer.text, answer.retries) for answer in answers if isinstance(answer, Answer)] == [("now", 1)] * 5


def test_nobody_asks_before_the_time_that_the_server_names() -> None:
    def respond(_: Body, number: int) -> Reply:
        return Reply(status=429, headers={"Retry-After": "1"}) if number == 1 else Reply(content=completion("now"))

    with opened(respond, concurrency=1) as (backend, server):
        answers = backend.answer([question("a"), question("b")])
    assert [answer.retries for answer in answers] == [1, 0]
    assert server.times[1] - server.times[0] >= 1


def test_a_date_to_come_back_at_is_understood_and_one_too_far_off_is_not_waited_for() -> None:
    def respond(_: Body, number: int) -> Reply:
        seconds = {1: -5, 2: 3600}[number]
        return Reply(status=503, headers={"Retry-After": formatdate(time.time() + seconds, usegmt=True)})

    with opened(respond) as (backend, server):
        failed = failure(backend.answer([question()]))
    assert failed.retries == 1
    assert "asks to wait 3" in failed.reason
    assert len(server.bodies) == 2


def test_a_server_that_stays_broken_costs_only_its_own_question() -> None:
    def respond(body: Body, _: int) -> Reply:
        return Reply(status=500, content=asked(body)) if asked(body) == PATIENT else Reply(content=completion("fine"))

    with opened(respond) as (backend, server):
        first, second, third = backend.answer([question("a"), question(), question("b")])
    assert isinstance(first, Answer) and isinstance(third, Answer)
    assert "HTTP 500" in failure([second]).reason and f"{server.url.split('/')[2]}" in failure([second]).reason
    assert second.retries == 2


def test_a_connection_that_breaks_is_opened_again() -> None:
    def respond(_: Body, number: int) -> Reply:
        return Reply(content=completion("whole"), cut=number == 1)

    with opened(respond) as (backend, _):
        answer = one(backend.answer([question()]))
    assert (answer.text, answer.retries) == ("whole", 1)


def test_a_server_that_went_away_is_not_waited_for_with_every_question() -> None:
    with opened(lambda *_: Reply(content=completion("yes")), concurrency=4) as (backend, server):
        one(backend.answer([question()]))
        server.respond = lambda *_: Reply(content=completion("half"), cut=True)
        outcomes = backend.answer([question(str(number)) for number in range(200)])
        assert sum(outcome.retries for outcome in outcomes) <= 4 * 2
        assert all(isinstance(outcome, Failure) for outcome in outcomes)
        server.respond = lambda *_: Reply(content=completion("back"))
        assert one(backend.answer([question()])).text == "back"


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    with opened(lambda *_: Reply(content=completion("late"), delay=1), timeout=0.2, attempts=2) as (backend, _):
        failed = failure(backend.answer([question()]))
    assert "0.2 s" in failed.reason and failed.retries == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(content=f"<html>{PATIENT}</html>", kind="text/html"),
        Reply(content='{"choices": [{"message"'),
        Reply(content="[" * 200_000),
        Reply(content=f'["{PATIENT}"]'),
        Reply(content={"choices": []}),
        Reply(content={"choices": [PATIENT]}),
        Reply(content=b"\xff\xfe"),
        Reply(content=""),
    ],
    ids=["html", "truncated", "deep", "array", "no choice", "strange choice", "bytes", "empty"],
)
def test_what_is_no_chat_completion_is_a_failure_that_says_so(reply: Reply) -> None:
    with opened(lambda *_: reply) as (backend, server):
        failed = failure(backend.answer([question()]))
    assert "no chat completion" in failed.reason and "base URL" in failed.reason
    assert len(server.bodies) == 1


def test_an_endless_reply_is_cut_off() -> None:
    with opened(lambda *_: Reply(content=b" " * (17 * 2**20))) as (backend, _):
        assert "16 MiB" in failure(backend.answer([question()])).reason


def test_json_is_read_whatever_its_content_type_and_without_counts() -> None:
    said = completion("yes")
    del said["usage"]
    with opened(lambda *_: Reply(content=said, kind="text/plain")) as (backend, _):
        answer = one(backend.answer([question()]))
    assert (answer.text, answer.prompt_tokens, answer.completion_tokens) == ("yes", 0, 0)


@pytest.mark.parametrize("usage", ["many", {"prompt_tokens": "11", "completion_tokens": -3}, {"prompt_tokens": True}])
def test_counts_that_are_none_count_nothing(usage: object) -> None:
    with opened(lambda *_: Reply(content=completion("yes") | {"usage": usage})) as (backend, _):
        answer = one(backend.answer([question()]))
    assert (answer.prompt_tokens, answer.completion_tokens) == (0, 0)


@pytest.mark.parametrize(
    ("said", "text", "reasoning"),
    [
        (completion("yes", reasoning_content="it is"), "yes", "it is"),
        (completion("yes", reasoning="it is"), "yes", "it is"),
        (completion("<think>\nit is\n</think>\n\nyes"), "yes", "it is"),
        (completion("it is</think>yes"), "yes", "it is"),
        (completion('{"said": "</think>"}'), '{"said": "</think>"}', ""),
        (completion("<think>it is", "length"), "", "it is"),
        (completion(None, reasoning_content="it is"), "", "it is"),
    ],
)
def test_reasoning_is_told_from_the_answer(said: Body, text: str, reasoning: str) -> None:
    with opened(lambda *_: Reply(content=said)) as (backend, _):
        answer = one(backend.answer([question()]))
    assert (answer.text, answer.reasoning) == (text, reasoning)


def test_an_answer_that_was_cut_off_says_so() -> None:
    with opened(lambda *_: Reply(content=completion('{"choice"', "length"))) as (backend, _):
        assert not one(backend.answer([question()])).finished


def refusing(*kinds: str, status: int = 400) -> Callable[[Body, int], Reply]:
    def respond(body: Body, _: int) -> Reply:
        form = body.get("response_format", {}).get("type")
        if form in kinds:
            return Reply(status=status, content={"error": {"message": f"response_format {form}: {PATIENT}"}})
        return Reply(content=completion(f"as {form}"))

    return respond


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_without_schemas_is_asked_for_an_object_and_that_is_remembered(status: int) -> None:
    with opened(refusing("json_schema", status=status)) as (backend, server):
        assert one(backend.answer([question("a", SCHEMA)])).text == "as json_object"
        assert one(backend.answer([question("b", SCHEMA)])).text == "as json_object"
    assert [body["response_format"]["type"] for body in server.bodies] == ["json_schema", "json_object", "json_object"]
    assert server.bodies[-1]["response_format"]["schema"] == SCHEMA


def test_a_server_without_any_form_is_asked_plainly_by_many_at_once() -> None:
    with opened(refusing("json_schema", "json_object")) as (backend, server):
        answers = backend.answer([question(str(number), SCHEMA) for number in range(20)])
        assert {answer.text for answer in answers if isinstance(answer, Answer)} == {"as None"}
        server.bodies.clear()
        one(backend.answer([question("again", SCHEMA)]))
    assert len(server.bodies) == 1


def test_parameters_that_a_server_does_not_support_are_left_out_from_then_on() -> None:
    def respond(body: Body, _: int) -> Reply:
        for name in ("max_tokens", "temperature"):
            if name in body:
                error = {"message": PATIENT, "param": name, "code": "unsupported_parameter"}
                return Reply(status=400, content={"error": error})
        return Reply(content=completion("yes"))

    with opened(respond) as (backend, server):
        one(backend.answer([question(max_tokens=33)]))
        one(backend.answer([question()]))
    assert [len(body) for body in server.bodies] == [5, 5, 4, 4]
    assert server.bodies[2]["max_completion_tokens"] == 33


@pytest.mark.parametrize(
    ("reply", "hint"),
    [
        (Reply(status=401, content=PATIENT), "CODEKIT_API_KEY"),
        (Reply(status=403), "CODEKIT_API_KEY"),
        (Reply(status=404), "'tiny'"),
        (Reply(status=307, headers={"Location": "http://example.org/"}), "redirection"),
        (
            Reply(status=400, content=f"maximum context length is 2048 tokens: {PATIENT}"),
            "longer than the model's window",
        ),
        (Reply(status=400, content={"error": {"param": "messages", "message": PATIENT}}), "does not take the question"),
        (Reply(status=418, content=PATIENT), "HTTP 418"),
    ],
)
def test_a_refusal_says_what_to_do_and_is_not_repeated(reply: Reply, hint: str) -> None:
    with opened(lambda *_: reply) as (backend, server):
        failed = failure(backend.answer([question()]))
    assert hint in failed.reason
    assert len(server.bodies) == 1 and failed.retries == 0


def test_the_key_is_sent_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("CODEKIT_API_KEY", f" {SECRET}\n")
    caplog.set_level(logging.DEBUG)

    def respond(_: Body, number: int) -> Reply:
        return Reply(status=(500, 401)[number - 1])

    with opened(respond) as (backend, server):
        failed = failure(backend.answer([question()]))
        shown = f"{backend!r} {vars(backend)!r} {failed!r}"
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {SECRET}"}
    assert SECRET not in shown + caplog.text
    assert PATIENT not in caplog.text


def test_a_key_with_a_line_break_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEKIT_API_KEY", f"{SECRET}\nX-Other: 1")
    with pytest.raises(UsageError) as caught:
        OpenAIServer(Settings(model="tiny", base_url="http://127.0.0.1:9/v1"))
    assert SECRET not in str(caught.value)


def test_a_wrong_key_or_address_ends_the_run_before_any_note() -> None:
    with pytest.raises(UsageError, match=r"HTTP 401.*CODEKIT_API_KEY"), opened(lambda *_: Reply(), Reply(status=401)):
        pass
    with serve(lambda *_: Reply()) as server:
        gone = server.url
    with pytest.raises(BackendError, match=r"127\.0\.0\.1.*check that the server runs"):
        OpenAIServer(Settings(model="tiny", base_url=gone, attempts=2))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://10.0.0.8:8000/v1",
        "https://[2001:db8::1]/v1",
        "http://localhost.example.org",
        "http://0.0.0.0:8000/v1",
    ],
)
def test_offline_refuses_every_other_computer_before_any_call(url: str) -> None:
    with pytest.raises(UsageError, match="offline"):
        OpenAIServer(Settings(model="tiny", base_url=url, offline=True))


def test_offline_allows_this_computer() -> None:
    with opened(lambda *_: Reply(content=completion("yes")), offline=True) as (backend, server):
        one(backend.answer([question()]))
        local = server.url.replace("127.0.0.1", "localhost").removesuffix("/v1")
        with closing(OpenAIServer(Settings(model="tiny", base_url=local, offline=True))) as named:
            one(named.answer([question()]))


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        (None, "needs the address"),
        ("", "needs the address"),
        ("127.0.0.1:8000", "must start with http"),
        ("ftp://127.0.0.1/v1", "must start with http"),
        ("http://", "name a host"),
        (f"http://me:{SECRET}@127.0.0.1/v1", "no user"),
        ("http://127.0.0.1/v1?key=1", "no user, query"),
        ("http://127.0.0.1:port/v1", "cannot be read"),
    ],
)
def test_an_address_must_be_one(url: str | None, hint: str) -> None:
    with pytest.raises(UsageError, match=hint) as caught:
        OpenAIServer(Settings(model="tiny", base_url=url))
    assert SECRET not in str(caught.value)


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError, match="needs a model"):
        OpenAIServer(Settings(base_url="http://127.0.0.1:8000/v1"))


def test_no_more_questions_a_minute_than_allowed() -> None:
    with opened(lambda *_: Reply(content=completion("yes")), requests_per_minute=600) as (backend, server):
        backend.answer([question(str(number)) for number in range(6)])
    assert server.times[-1] - server.times[0] >= 0.45


def test_no_more_tokens_a_minute_than_allowed_by_what_was_really_used() -> None:
    def elapsed(used: int) -> float:
        said = completion("yes") | {"usage": {"prompt_tokens": used, "completion_tokens": 0}}
        with opened(lambda *_: Reply(content=said), tokens_per_minute=60_000, concurrency=1) as (backend, server):
            backend.answer([question("a", max_tokens=300), question("b", max_tokens=300)])
        return server.times[1] - server.times[0]

    assert elapsed(500) >= 0.45
    assert elapsed(10) < 0.25


def test_it_can_be_asked_from_threads_and_from_within_a_running_loop() -> None:
    with opened(lambda body, _: Reply(content=completion(asked(body)))) as (backend, _):
        heard: list[str] = []
        threads = [
            threading.Thread(target=lambda n=number: heard.append(one(backend.answer([question(str(n))])).text))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(heard) == ["0", "1", "2", "3"]

        async def inside() -> str:
            return one(backend.answer([question("inside")])).text

        assert asyncio.run(inside()) == "inside"


def test_unpaired_surrogates_and_odd_characters_arrive() -> None:
    with opened(lambda body, _: Reply(content=json.dumps(completion(asked(body))))) as (backend, _):
        assert one(backend.answer([question("a\x00b\u2028c 𝄞")])).text == "a\x00b\u2028c 𝄞"
        assert one(backend.answer([question("x\ud800")])).text == "x\ud800"


def test_closing_twice_is_closing_once() -> None:
    with opened(lambda *_: Reply(content=completion("yes"))) as (backend, _):
        backend.close()
