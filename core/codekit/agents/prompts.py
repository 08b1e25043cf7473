"""Prompts: versioned Jinja2 templates with front matter, from codekit, from a plugin, or from a folder of the user's.

A template is a file `<step>.yml.j2`. Between two lines of three dashes stands its front matter, an object in the JSON
form of YAML; behind it the block `system`, which all questions of a step have in common, and the block `user`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from codekit.backends.base import Message
from codekit.errors import PluginError, UsageError

if TYPE_CHECKING:
    from jinja2 import Template

    from codekit.editions.edition import Edition
    from codekit.system import System

_FENCE = "---\n"
_KEYS = {"name": str, "version": int, "parameters": list, "max_tokens": int, "answer": dict}
_BLOCKS = ("system", "user")
NUMBERS = "numbers"
"""In an answer's schema, stands for the numbers that are offered, as `enum`, and for their count, as `maxItems`."""


@attrs.frozen(kw_only=True)
class Prompt:
    """A template that was read and checked.

    Args:
        name: Set and step, as `clh/index_navigator`.
        version: Raised whenever its words change.
        parameters: What the template is given.
        max_tokens: At most so many tokens of an answer.
        answer: JSON schema of the answer.
        template: The compiled template.
        digest: SHA-256, in hexadecimal digits, of the file's text.
    """

    name: str
    version: int
    parameters: tuple[str, ...]
    max_tokens: int
    answer: Mapping[str, Any]
    template: Template = attrs.field(repr=False, eq=False)
    digest: str = ""

    @property
    def label(self) -> str:
        """Name and version, as `clh/index_navigator@1`."""
        return f"{self.name}@{self.version}"

    def render(self, values: Mapping[str, object]) -> tuple[Message, ...]:
        """Fill the template in.

        Args:
            values: The parameters' values; text of the note has gone through `quoting.as_data`.

        Returns:
            The system's message and the user's.

        Raises:
            UsageError: The template fails on these values.
        """
        from jinja2 import TemplateError

        context = self.template.new_context(dict(values))
        try:
            texts = ["".join(self.template.blocks[role](context)).strip() for role in _BLOCKS]
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise UsageError(
                f"prompt {self.label}: cannot be rendered ({type(error).__name__}); mend the template, or leave it out "
                "to use codekit's own"
            ) from error
        return tuple(Message(role=role, content=text) for role, text in zip(_BLOCKS, texts, strict=True))

    def schema(self, numbers: Sequence[int] = ()) -> dict[str, Any]:
        """Give the schema of the answer to one question.

        Args:
            numbers: The numbers that it offers.
        """
        filled: dict[str, Any] = _fill(self.answer, list(numbers))
        return filled


def load_prompt(
    step: str, system: System, edition: Edition, *, chosen: str = "clh", folder: Path | None = None
) -> Prompt:
    """Find the prompt of a step.

    Args:
        step: File name without its ending, such as `index_navigator`.
        system: The code system, whose plugins may bring their own.
        edition: The opened edition.
        chosen: Prompt set of codekit's own.
        folder: A folder of the user's, which goes first; a step that it does not hold is taken from elsewhere.

    Returns:
        The user's prompt, or else a plugin's, or else codekit's.

    Raises:
        UsageError: There is no such folder or prompt, or it cannot be read.
        PluginError: A plugin's prompt cannot be read.
    """
    name = f"{step}.yml.j2"
    if folder is not None:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder; expected one with prompts such as {name}")
        if (folder / name).is_file():
            return parse_prompt(_read(folder / name), str(folder / name))
    own = _own(chosen, name)
    text = system.prompt(step, edition.release)
    if text is None:
        return parse_prompt(own, f"{chosen}/{name}")
    try:
        return parse_prompt(text, f"{step} of {system.info.id}'s plugins", parse_prompt(own, name).parameters)
    except UsageError as error:
        raise PluginError(f"codekit_prompt: {error}") from error


def parse_prompt(text: str, where: str, known: Sequence[str] | None = None) -> Prompt:
    """Read a template with its front matter.

    Args:
        text: The file's text.
        where: Where it comes from, for errors.
        known: The parameters that there are to give; None does not check.

    Returns:
        The prompt.

    Raises:
        UsageError: The front matter or the template is not as it must be.
    """
    from jinja2 import StrictUndefined, TemplateSyntaxError, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    head, body = _split(text.replace("\r\n", "\n"), where)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        used = meta.find_undeclared_variables(environment.parse(body))
        template = environment.from_string(body)
    except TemplateSyntaxError as error:
        raise UsageError(
            f"{where}: not a Jinja2 template: {error.message} (line {error.lineno} of its body)"
        ) from error
    missing = [block for block in _BLOCKS if block not in template.blocks]
    if missing:
        raise UsageError(f"{where}: has no block {missing[0]!r}; expected the blocks 'system' and 'user'")
    parameters = tuple(map(str, head["parameters"]))
    stray = sorted(used - set(parameters)) or sorted(set(parameters) - set(known or parameters))
    if stray:
        raise UsageError(f"{where}: parameter {stray[0]!r} is not known; there are {', '.join(known or parameters)}")
    return Prompt(
        name=head["name"],
        version=head["version"],
        parameters=parameters,
        max_tokens=head["max_tokens"],
        answer=head["answer"],
        template=template,
        digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _split(text: str, where: str) -> tuple[dict[str, Any], str]:
    parts = text.split(_FENCE, 2)
    if len(parts) != 3 or parts[0].strip():
        raise UsageError(
            f"{where}: has no front matter; expected it between two lines of three dashes at the beginning"
        )
    try:
        head = json.loads(parts[1])
    except ValueError as error:
        raise UsageError(f"{where}: its front matter is not an object in the JSON form of YAML: {error}") from error
    for key, kind in _KEYS.items():
        if not isinstance(head, dict) or not isinstance(head.get(key), kind):
            raise UsageError(f"{where}: its front matter needs {key!r}, of type {kind.__name__}")
    return head, parts[2]


def _fill(part: Any, numbers: list[int]) -> Any:  # noqa: ANN401
    filled = {"enum": numbers, "maxItems": len(numbers)}
    if isinstance(part, Mapping):
        return {
            key: filled[key] if key in filled and value == NUMBERS else _fill(value, numbers)
            for key, value in part.items()
        }
    return [_fill(one, numbers) for one in part] if isinstance(part, list) else part


def _own(chosen: str, name: str) -> str:
    file = resources.files("codekit_prompts") / chosen / name
    if not file.is_file():
        raise UsageError(f"there is no prompt {chosen}/{name}")
    return file.read_text(encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text") from error
