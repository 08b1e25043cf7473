"""Why the patient is seen, and states that outlast an illness: chapter 21 by the turns of phrase that notes use."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import attrs

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.titles import best_row

_OBJECT = r"(?P<object>[^.;,:\n]{2,70})"
_JOINT = "hip knee shoulder elbow wrist ankle finger"
_VACCINES = "influenza|flu|tetanus|tdap|pneumococcal|shingles|zoster|hepatitis [ab]|hpv|mmr|covid(?:-19)?|rabies"
# What keeps the phrase from being said of the patient; one further off, behind a comma, is of something else.
_OF_ANOTHER = re.compile(
    r"\b(?:no|not|denies|denied|without|never|if|declin\w+|refus\w+|family history of|mother|father)\b[^,;:\n]{0,20}$",
    re.IGNORECASE,
)
_SEEN = (
    r"\b(?:here|seen|presents?|presented|visit|encounter|came|comes|today|needs?|due|requests?|admitted)\b[^.;\n]{0,30}"
)


@attrs.frozen(kw_only=True)
class Frame:
    """A turn of phrase and the part of the tabular list that it leads to.

    Args:
        cues: Words or parts of words of which whatever the pattern matches holds one.
        pattern: Regular expression in any case; its group `object`, if it has one, names what the titles below the
            roots tell apart.
        roots: Rows to look below; the first stands where there is no object.
        source: Guideline section.
        default: Row where no title says what the object says; empty where the phrase then means nothing.
        besides: Words that count as said.
        share: How much of a title the object must make up, 0 to 1.
        past: True where it holds although the note gives it as history, for that is what it says.
    """

    cues: tuple[str, ...]
    pattern: str
    roots: tuple[str, ...]
    source: str
    default: str = ""
    besides: tuple[str, ...] = ()
    share: float = 0.5
    past: bool = False

    @functools.cached_property
    def phrase(self) -> re.Pattern[str]:
        """The pattern, compiled when a sentence first holds a cue."""
        return re.compile(self.pattern, re.IGNORECASE)


FRAMES = (
    Frame(
        cues=("expos", "contact"),
        pattern=rf"\b(?:exposed|exposure|contact)\b(?: \w+){{0,2}}? (?:to|with) {_OBJECT}",
        roots=("Z20", "Z77"),
        source="I.C.21.c.1",
        share=0.4,
    ),
    Frame(
        cues=("vaccin", "immuni", "booster", "shot"),
        pattern=rf"{_SEEN}\b(?:\w+ ){{0,3}}?(?:vaccin(?:e|ation)s?|immuni[sz]ations?|booster|shots?)\b|"
        r"\b(?:vaccination|immuni[sz]ation) (?:visit|encounter|today)\b|"
        rf"\b(?:{_VACCINES}) (?:vaccine|vaccination|immuni[sz]ation|shot|booster)s? (?:was |were )?"
        r"(?:given|administered|received) today\b",
        roots=("Z23",),
        source="I.C.21.c.2",
    ),
    Frame(
        cues=("replacement", "arthroplasty"),
        pattern=r"(?:\bstatus post|\bs/p|\bhistory of|\bhx of|\bafter|\bfollowing)\s+(?P<object>(?:\w+ ){0,3}?"
        rf"(?:{_JOINT.replace(' ', '|')}) (?:joint )?(?:replacement|arthroplasty))",
        roots=("Z96.6",),
        besides=("joint",),
        source="I.C.21.c.3",
        past=True,
    ),
    Frame(
        cues=("transplant",),
        pattern=r"(?P<object>(?:\w+ ){1,2}transplant(?:ation)?)(?! \w*(?:fail|reject|complic|infect|candid|list|eval))"
        r"\b(?= (?:status|recipient|in |\d{4}|\d+ years)|[.,;]|$)",
        roots=("Z94",),
        source="I.C.21.c.3",
        past=True,
        share=0.6,
    ),
    Frame(
        cues=("in place",),
        pattern=r"\b(?P<object>(?:\w+ ){1,3}\w+)[,]? (?:is |are |remains )?in place\b",
        roots=("Z95", "Z96", "Z97"),
        source="I.C.21.c.3",
        past=True,
    ),
    Frame(
        cues=("amput",),
        pattern=r"\b(?P<object>[\w-]+(?: [\w-]+){0,3})[ -](?:amputee|amputation status|amputation stump)\b",
        roots=("Z89",),
        source="I.C.21.c.3",
        past=True,
    ),
    Frame(
        cues=("depend",),
        pattern=r"\b(?P<object>(?:(?:home|supplemental|continuous|chronic) )*(?:oxygen|o2|ventilator|respirator|"
        r"dialysis"
        r"|wheelchair)) ?-?depend(?:ent|ence)\b|\bdepend(?:ent|ence) on (?P<other>[^.;,:\n]{2,40})",
        roots=("Z99",),
        source="I.C.21.c.3",
        share=0.3,
    ),
    Frame(
        cues=("dialysis",),
        pattern=r"\bon (?:(?:chronic|maintenance|home|regular|renal) )*(?:(?:hemo|peritoneal )?dialysis)\b",
        roots=("Z99.2",),
        source="I.C.21.c.3",
        past=True,
    ),
    Frame(
        cues=("brca",),
        pattern=r"\bBRCA ?-?[12]?\b(?: (?:gene )?(?:mutation|carrier|positive))*",
        roots=("Z15.01",),
        source="I.C.21.c.3",
    ),
    Frame(
        cues=("genetic",),
        pattern=rf"\bgenetic(?:ally)? (?:susceptib|predispos)\w+ (?:to|for) {_OBJECT}",
        roots=("Z15",),
        source="I.C.21.c.3",
    ),
    Frame(
        cues=("tpa", "t-pa", "alteplase", "tenecteplase", "thromboly"),
        pattern=r"\b(?:r?t-?pa|alteplase|tenecteplase|thrombolytics?|"
        r"thrombolysis)\b[^.;\n]{0,40}\b(?:transferring|outside|"
        r"other|another|referring|sending|outlying) (?:hospital|facility|ed|institution|center)\b",
        roots=("Z92.82",),
        source="I.C.21.c.3",
        past=True,
    ),
    Frame(
        cues=("screen",),
        pattern=rf"\bscreen(?:ing|ed)?(?: \w+){{0,2}}? for {_OBJECT}",
        roots=("Z11", "Z12", "Z13"),
        source="I.C.21.c.5",
        share=0.4,
    ),
    Frame(cues=("colonoscopy",), pattern=r"\bscreening (?:\w+ )?colonoscopy\b", roots=("Z12.11",), source="I.C.21.c.5"),
    Frame(
        cues=("mammogra",), pattern=r"\bscreening (?:\w+ )?mammogra(?:m|phy)\b", roots=("Z12.31",), source="I.C.21.c.5"
    ),
    Frame(
        cues=("replacement", "arthroplasty"),
        pattern=r"\b(?:aftercare|rehab(?:ilitation)?|physical therapy|recover\w+|post-?op\w*)\b[^.;\n]{0,25}?"
        r"\b(?:following|after|for|s/p|status post|from)\b (?P<object>[^.;,:\n]{0,40}?"
        rf"(?:{_JOINT.replace(' ', '|')}) (?:joint )?(?:replacement|arthroplasty)[^.;,:\n]{{0,60}})",
        roots=("Z47.1",),
        source="I.C.21.c.7",
    ),
    Frame(
        cues=("aftercare", "rehab", "postop", "post-op"),
        pattern=r"\b(?:aftercare|rehab(?:ilitation)?|post-?op\w* (?:visit|care|check))\b[^.;\n]{0,25}?"
        rf"\b(?:following|after|for|s/p|status post)\b (?![^.;,:\n]*(?:replacement|arthroplasty)){_OBJECT}",
        roots=("Z47", "Z48"),
        source="I.C.21.c.7",
    ),
    Frame(
        cues=("ostomy",),
        pattern=r"\b(?:closure|take-?down|reversal|attention|care|cleansing|irrigation|revision|dilation|management)"
        r" (?:of|to|for) (?:\w+ ){0,2}?(?P<object>\w+ostomy)\b|"
        r"\b(?P<other>\w+ostomy) (?:closure|take-?down|reversal|care|revision|irrigation)\b",
        roots=("Z43",),
        source="I.C.21.c.7",
    ),
    Frame(
        cues=("fitting", "adjustment", "check", "interrogation", "replacement", "management"),
        pattern=rf"\b(?:fitting|adjustment|check|interrogation|replacement|management)(?: and \w+)? of (?:\w+ "
        rf")?{_OBJECT}",
        roots=("Z44", "Z45", "Z46"),
        source="I.C.21.c.7",
        share=0.8,
    ),
    Frame(
        cues=("counsel", "advice"),
        pattern=r"\b(?P<object>[\w-]+(?: [\w-]+){0,2}) (?:counsel+ing|advice)\b|\bcounsel+(?:ing|ed) (?:for|on|"
        r"about|regarding) "
        r"(?P<other>[^.;,:\n]{2,50})",
        roots=("Z71", "Z30.0", "Z31.5", "Z31.6", "Z69", "Z70"),
        source="I.C.21.c.10",
    ),
    Frame(
        cues=("donor", "donat"),
        pattern=r"\b(?P<object>\w+(?: \w+)?) donor\b|\bdonat\w+ (?:of )?(?:a |his |her )?(?P<other>\w+(?: \w+)?)",
        roots=("Z52",),
        source="I.C.21.c.9",
    ),
    Frame(
        cues=("prophylactic",),
        pattern=r"\bprophylactic (?:bilateral |left |right |total )*(?P<object>\w+ectomy|removal of (?:\w+ ){0,2}\w+)",
        roots=("Z40",),
        source="I.C.21.c.13",
        default="Z40.09",
        share=0.3,
    ),
    Frame(
        cues=("cancel", "not done", "not performed", "not carried", "postpone", "defer"),
        pattern=r"\b(?:surgery|procedure|operation|treatment|\w+ectomy|\w+plasty|"
        r"\w+scopy)\b[^.;\n]{0,30}?\b(?:cancel+ed|"
        r"not (?:done|performed|carried out)|postponed|deferred)\b[^.;\n]{0,20}\b(?:patient (?:refus|declin|"
        r"decid|chang)\w+|"
        r"patient'?s (?:decision|choice|request))",
        roots=("Z53.29",),
        source="I.C.21.c.13",
    ),
    Frame(
        cues=("cancel", "not done", "not performed", "not carried", "postpone", "defer"),
        pattern=r"\b(?:surgery|procedure|operation|treatment|\w+ectomy|\w+plasty|"
        r"\w+scopy)\b[^.;\n]{0,30}?\b(?:cancel+ed|"
        r"not (?:done|performed|carried out)|postponed|deferred)\b (?:because|due to|for)(?! (?:the )?patient "
        r"(?:refus|declin))",
        roots=("Z53.09",),
        source="II.F",
    ),
    Frame(
        cues=("preop", "pre-op", "clearance"),
        pattern=r"\bpre-?op(?:erative)?\b(?: \w+){0,2}? (?:exam\w*|evaluation|assessment|clearance|work-?up|"
        r"visit)\b(?!:)|"
        r"\b(?:surgical|cardiac|medical|pulmonary) clearance (?:for|before|prior to) \w*",
        roots=("Z01.818",),
        source="IV.M",
    ),
    Frame(
        cues=("preop", "pre-op", "clearance"),
        pattern=r"\bpre-?op(?:erative)? (?P<object>cardi\w+|pulmonary|respiratory|lab\w*)[^.;\n]{0,20}"
        r"(?:exam\w*|evaluation|assessment|clearance|work-?up|visit|tests?)\b|\b(?P<other>cardi\w+|pulmonary) "
        r"clearance\b",
        roots=("Z01.81",),
        source="IV.M",
        share=0.2,
    ),
    Frame(
        cues=("fall", "fell"),
        pattern=r"\b(?:several|multiple|recurrent|repeated|frequent|many|numerous) (?:\w+ )?falls\b|\b(?:falls|"
        r"falling|fell|"
        r"fallen) (?:\w+ )?(?:repeatedly|frequently|often|(?:several|many|multiple) times)\b|\bkeeps? (?:on "
        r")?falling\b",
        roots=("R29.6",),
        source="I.C.18.d",
        past=True,
    ),
    Frame(
        cues=("sirs", "systemic inflammatory"),
        pattern=r"\bSIRS\b|\bsystemic inflammatory response(?: syndrome)?\b",
        roots=("R65.1",),
        source="I.C.18.g",
    ),
    Frame(
        cues=("illitera", "read"),
        pattern=r"\billitera(?:te|cy)\b|\b(?:can(?:not|'t)|unable to) read(?: (?:and|or) write)?\b(?! (?:the|"
        r"his|her|small))",
        roots=("Z55.0",),
        source="I.C.21.c.17",
    ),
    Frame(
        cues=("on the street", "sleep"),
        pattern=r"\bliv(?:es|ing) on the streets?\b|\bsleep(?:s|ing) (?:outside|outdoors|on the streets?|in "
        r"(?:a|his|her) car)\b",
        roots=("Z59.02",),
        source="I.C.21.c.17",
    ),
    Frame(
        cues=("transplant",),
        pattern=r"\b(?:awaiting|waiting (?:list )?for) (?:a |an )?(?:\w+ )?transplant\b|\btransplant (?:waiting "
        r")?list\b",
        roots=("Z76.82",),
        source="I.C.21.c.3",
    ),
)
# The frames by their cues, for all cues are looked for in every sentence.
_BY_CUE = tuple((cue, frame) for frame in FRAMES for cue in frame.cues)


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find the turns of phrase of a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        A mention of each with its row as the only candidate; its span takes in what the phrase is about.
    """
    said = sentence.folded
    for frame in dict.fromkeys([frame for cue, frame in _BY_CUE if cue in said]):
        for match in frame.phrase.finditer(sentence.text):
            mention = sentence.mention(sentence.start + match.start(), sentence.start + match.end())
            if _OF_ANOTHER.search(sentence.note, sentence.start, mention.start):
                continue
            if mention.assertion is not Assertion.POSSIBLE or frame.past:
                mention = attrs.evolve(mention, assertion=Assertion.PRESENT)
            row = _row(frame, match, sentence, edition)
            if row is not None:
                term = f"{edition.get(row).title}: {mention.text}"
                candidate = Candidate(code=row, score=1.0, term=term, source=frame.source)
                yield LocatedMention(mention=mention, candidates=(candidate,))


def _row(frame: Frame, match: re.Match[str], sentence: Sentence, edition: Edition) -> str | None:
    """Say which row a phrase leads to: the one whose title says what its object says."""
    groups = match.groupdict()
    named = groups.get("object") or groups.get("other")
    if named is None or (
        len(frame.roots) == 1 and edition.find(frame.roots[0]) and edition.get(frame.roots[0]).assignable
    ):
        return frame.roots[0] if edition.find(frame.roots[0]) else None
    words = (*sentence.lexicon.content_words(named), *frame.besides)
    row = best_row(edition, frame.roots, words, share=frame.share)
    if row is not None:
        return row.code
    return frame.default if edition.find(frame.default) else None
