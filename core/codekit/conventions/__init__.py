"""The conventions of a classification: how a rule is declared, with its proof, and in which order rules apply."""

from codekit.conventions.case import Case
from codekit.conventions.examples import Example
from codekit.conventions.history import HistoryCodes
from codekit.conventions.kinds import explained_by, read_rules, read_table
from codekit.conventions.model import Apply, Convention, Draft, DraftCode, Origin
from codekit.conventions.rule import Rule, rule, rules_in
from codekit.conventions.stages import ADD, CHECK, CHOOSE, COMBINE, ORDER, REPORT, SAID, Stage, arrange

__all__ = [
    "ADD",
    "CHECK",
    "CHOOSE",
    "COMBINE",
    "ORDER",
    "REPORT",
    "SAID",
    "Apply",
    "Case",
    "Convention",
    "Draft",
    "DraftCode",
    "Example",
    "HistoryCodes",
    "Origin",
    "Rule",
    "Stage",
    "arrange",
    "explained_by",
    "read_rules",
    "read_table",
    "rule",
    "rules_in",
]
