"""What a thinking model says before its answer, told from the answer."""

from __future__ import annotations

_OPEN = "<think>"
_CLOSE = "</think>"


def split_reasoning(text: str) -> tuple[str, str]:
    """Tell the reasoning from the answer.

    Some chat templates open the reasoning in the question, so that the text holds its end alone. An answer in JSON
    may quote that mark, so it ends no reasoning there.

    Args:
        text: All that the model said.

    Returns:
        Reasoning and answer, without white space around them; the answer is empty where the reasoning was cut off,
        and the reasoning is empty where there was none.

    Source:
        Qwen3 and DeepSeek-R1 model cards, the form `<think>...</think>` before the answer.
    """
    said = text.strip()
    opened = said.startswith(_OPEN)
    if not opened and said.startswith(("{", "[")):
        return "", said
    before, closed, after = said.removeprefix(_OPEN).partition(_CLOSE)
    if closed:
        return before.strip(), after.strip()
    return (before.strip(), "") if opened else ("", said)
