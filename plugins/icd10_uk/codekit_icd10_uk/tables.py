"""The tables that conventions read; each file says what it rests on."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import resources


@functools.cache
def comorbidities() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the conditions that are coded on every episode: name, then categories and ranges."""
    return tuple((name, _roots(codes)) for name, codes in _rows("comorbidities.tsv"))


@functools.cache
def symptoms() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Give symptoms with the diagnoses that explain them, both as categories and ranges."""
    return tuple((_roots(symptom), _roots(diagnoses)) for symptom, diagnoses in _rows("symptoms.tsv"))


@functools.cache
def histories(whose: str) -> tuple[tuple[str, str], ...]:
    """Give categories and ranges with the code for their history; narrow ones first.

    Args:
        whose: `personal` or `family`.
    """
    rows = ((codes, *by.partition(" ")) for codes, by in _rows("histories.tsv"))
    return tuple((root, code) for codes, kind, _, code in rows if kind == whose for root in _roots(codes))


@functools.cache
def links() -> tuple[tuple[str, str, str, str], ...]:
    """Give complications by the code that they have alone: it, the diseases, the asterisk code, and what links them."""
    return tuple((code, *_three(rest)) for code, rest in _rows("links.tsv"))


@functools.cache
def terms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give words that no title has, each with the code, or the two in sequence, that it means."""
    return tuple((phrase, _roots(codes)) for phrase, codes in _rows("terms.tsv"))


def _three(text: str) -> tuple[str, str, str]:
    first, second, third = text.split("\t")
    return first, second, third


def _roots(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _rows(name: str) -> Iterator[tuple[str, str]]:
    text = resources.files("codekit_icd10_uk").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right
