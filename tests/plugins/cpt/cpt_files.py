"""Writes a delivery in the formats of the AMA and of CMS; every code's text in it is invented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

import openpyxl

from codekit.types import Finding


class Check(Protocol):
    """Checks the lines of a claim."""

    def __call__(self, *typed: str, day: date | None = None) -> list[Finding]: ...


COPYRIGHT = """\
CPT codes, descriptions and other data are copyright 1966, 1970, 1973,
1977, 1981, 1983-2025 American Medical Association. All rights reserved.
Chicago, IL
60611-5885, 312 464-5022.

"""
LONG = {
    "11001": "Removal of plonk from skin, single",
    "11002": "Removal of plonk from skin; each additional plonk "
    "(List separately in addition to code for primary procedure)",
    "27001": "Grommet repair, knee, open",
    "27002": "Grommet inspection, knee, closed",
    "27003": "Grommet anointment, knee",
    "27004": "Grommet polishing, knee",
    "27005": "Grommet counting, bilateral, knees",
    "64001": "Sprocket block, each nerve (List separately in addition to code for primary procedure)",
    "77001": "Imaging of grommet, complete",
    "80001": "Plonk level in serum",
    "97001": "Therapeutic wobbling, each 15 minutes",
    "99203": "Invented office visit, new patient, low level of medical decision making, 30 minutes",
    "99204": "Invented office visit, new patient, moderate level of medical decision making, 45 minutes",
    "99213": "Invented office visit, established patient, low level of medical decision making, 20 minutes",
    "99214": "Invented office visit, established patient, moderate level of medical decision making, 30 minutes",
    "99215": "Invented office visit, established patient, high level of medical decision making, 40 minutes",
    "9001F": "Wobble assessed",
    "9001T": "Quantum removal of plonk",
}
MEDIUM = {"11001": "RMVL PLONK SKIN SINGLE", "27001": "GROMMET REPAIR KNEE OPEN"}
SHORT = {"11001": "RMVL PLONK SKIN", "27001": "GROMMET REPAIR"}
CONSUMER = {"11001": "Taking a plonk off the skin"}
CLINICIAN = {"27001": ("Open grommetorrhaphy of knee", "Knee grommetorrhaphy")}
MODIFIERS = """\
Appendix A

Modifiers

This list includes all of the modifiers applicable to CPT 2026 codes.

25 Invented visit modifier of the
same physician: More is said here that is no part
of the title.

50 Invented two-sided modifier: As it says.

59 Invented distinct modifier: As it says.

Physical Status Modifier P1: An invented patient

Category II Modifiers

1P Invented exclusion modifier
Reasons include:
Not indicated

Level II (HCPCS/National) Modifiers

LT Left, as the AMA prints it
E1 Upper left, eyelid
E2 Lower left, eyelid
"""
HCPCS = {
    "J9991": ("Injection, inventamab, 10 mg", "Inventamab inj", {230: "C", 269: "20200101", 277: "20260101"}),
    "J9992": ("Injection, oldamab, 5 mg", "Oldamab inj", {269: "20200101", 285: "20251231", 205: "J9991", 293: "D"}),
    "J9993": ("Injection, newamab, 1 mg", "Newamab inj", {269: "20260401", 293: "A"}),
    "E9991": ("Wobble board, each", "Wobble board", {230: "M"}),
    "L9991": (
        "Knee brace for grommets, prefabricated, includes fitting and adjustment and all that belongs to it, with "
        "a second strap and a description that goes on to another line",
        "Knee brace grommet",
        {},
    ),
    # These are of the HCPCS that CMS publishes for all; examples of rules in the plugin use them.
    "A9270": ("Non-covered item or service", "Non-covered item or service", {230: "S"}),
    "E0112": ("Crutches underarm, wood, adjustable or fixed, pair", "Crutch underarm pair wood", {230: "D"}),
    "G0108": (
        "Diabetes outpatient self-management training services, individual, per 30 minutes",
        "Diab manage trn per indiv",
        {230: "D"},
    ),
    "J1100": ("Injection, dexamethasone sodium phosphate, 1 mg", "Dexamethasone sodium phos", {230: "D"}),
    "J1885": ("Injection, ketorolac tromethamine, per 15 mg", "Ketorolac tromethamine inj", {230: "D"}),
}
HCPCS_MODIFIERS = {
    "LT": "Left side",
    "RT": "Right side",
    "XE": "Separate encounter",
    "XP": "Separate practitioner",
    "XS": "Separate structure",
    "XU": "Unusual non-overlapping service",
    "JW": "Drug discarded",
}
PTP_HEAD = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\r\nColumn1/Column2 Edits\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
PTP = (
    ("27001", "27002", "", "20200101", "*", "1", "Standards of medical / surgical practice"),
    ("27001", "27003", "*", "19960101", "*", "0", "Mutually exclusive procedures"),
    ("27001", "27004", "", "20200101", "20260331", "1", "Deleted at the end of March"),
    ("27001", "77001", "", "20200101", "*", "9", "Not applicable"),
    ("27001", "99213", "", "20200101", "*", "1", "CPT Manual or CMS manual coding instruction"),
    ("27001", "00000", "", "20200101", "*", "1", "A code that the edition does not hold"),
)
MUE = (
    ("80001", "2", "3 Date of Service Edit: Clinical"),
    ("J9991", "3", "1 Line Edit"),
    ("27001", "1", "2 Date of Service Edit: Policy"),
)
ADD_ONS = (
    ("1", "11002", "11001", "2020001", ""),
    ("1", "11002", "27004", "2020001", "2025365"),
    ("2", "64001", "CCCCC", "2020001", ""),
)
GLOBAL = {
    "11001": ("010", "0"),
    "11002": ("ZZZ", "0"),
    "27001": ("090", "1"),
    "27002": ("000", "1"),
    "77001": ("XXX", "9"),
    "99213": ("XXX", "0"),
    "27005": ("000", "2"),
}


def tab(rows: Mapping[str, str]) -> str:
    return COPYRIGHT + "".join(f"{code}\t{text}\n" for code, text in rows.items())


def numbered(rows: Mapping[str, str]) -> str:
    """Write the long form with fixed columns: code, sequence number, 72 characters of text."""
    lines = []
    for code, text in rows.items():
        words, pieces = text.split(" "), [""]
        for word in words:
            if len(pieces[-1]) + len(word) + 1 > 72:
                pieces.append("")
            pieces[-1] = f"{pieces[-1]} {word}".strip()
        lines += [f"{code}{at:02} {piece:<72}" for at, piece in enumerate(pieces, start=1)]
    return COPYRIGHT + "\n".join(lines) + "\n"


def fixed(rows: Mapping[str, str], width: int) -> str:
    return COPYRIGHT + "".join(f"{code} {text:<{width}}\n" for code, text in rows.items())


def hcpcs_lines(
    code: str, long: str, short: str, fields: Mapping[int, str], width: int, *, modifier: bool
) -> list[str]:
    """Write the records of one code: text in 12-91, further fields at their first positions."""
    pieces: list[str] = [""]
    for word in long.split(" "):
        if len(pieces[-1]) + len(word) + 1 > 80:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]} {word}".strip()
    lines = []
    for at, piece in enumerate(pieces):
        record = ("7" if modifier else "3") if at == 0 else ("8" if modifier else "4")
        line = f"{code:>5}{(at + 1) * 100:05}{record}{piece:<80}"
        if at == 0:
            line += f"{short:<28}"
            for first, text in sorted(fields.items()):
                line = line.ljust(first - 1) + text
        lines.append(line.ljust(width))
    return lines


def hcpcs_text(width: int = 293) -> str:
    lines = ["***Disclaimers\t\t", "", "*Inclusion does not imply coverage.\t", ""]
    for code, text in HCPCS_MODIFIERS.items():
        lines += hcpcs_lines(code, text, text, {}, width, modifier=True)
    for code, (long, short, fields) in HCPCS.items():
        lines += hcpcs_lines(code, long, short, fields, width, modifier=False)
    return "\r\n".join(lines) + "\r\n"


def sheet(path: Path, rows: Iterable[Iterable[str]]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    book.save(path)


def write_cpt(folder: Path) -> Path:
    """Write the AMA's files."""
    standard, link = folder / "standard", folder / "CPT Link"
    texts = {
        standard / "LONGULT.txt": tab(LONG),
        standard / "MEDU.txt": fixed(MEDIUM, 48),
        standard / "SHORTU.txt": fixed(SHORT, 28),
        standard / "MODUL.txt": COPYRIGHT + MODIFIERS,
        standard
        / "Consumer Friendly Descriptors"
        / "ConsumerDescriptor.txt": "Concept Id\tCPT Code\tConsumer Friendly Descriptor\n"
        + "".join(f"10{code}\t{code}\t{text}\n" for code, text in CONSUMER.items()),
        standard
        / "Clinician Descriptors"
        / "ClinicianDescriptor.txt": "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\n"
        + "".join(
            f"10{code}\t{code}\t{at}\t{text}\n" for code, texts in CLINICIAN.items() for at, text in enumerate(texts)
        ),
        standard
        / "Proprietary Laboratory Analyses (PLA) Codes"
        / "CPTPLA.xml": '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<plaCodes><plaCode cdId="1" cdCode="9001U"><cdDesc>Invented assay of plonks</cdDesc>'
        "<cdMDesc>PLONK ASSAY</cdMDesc>"
        "<cdSDesc>PLONK</cdSDesc><cdStatus>EXISTING</cdStatus>"
        "<effectiveDate>2026-01-01T00:00:00</effectiveDate>"
        "<labName>Lab</labName><manufacturerName/><publishDate/><testName>PlonkSeq</testName></plaCode></plaCodes>",
        link / "Type_DTK_tab.txt": "Type Id\tType Name\n1\tCPT Code\n2\tDescriptor\n9\tIs-A\n",
        link / "Property_DTK_tab.txt": "Concept Id\tProperty Type\tValue\n"
        "1001\t1\t27001\n1001\t2\tGrommet repair\n2001\t2\tGrommet procedures\n3001\t2\tProcedures\n",
        link
        / "Relationship_DTK_tab.txt": "Concept Id 1\tRelationship Type\tConcept Id 2\n1001\t9\t2001\n2001\t9\t3001\n",
        link / "history" / "Deleted_DTK_tab.txt": "Concept Id\tCode\tDate Deleted\tLevel\tDescriptor\tInstruction\n",
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def write_tables(folder: Path) -> Path:
    """Write CMS's NCCI and fee schedule tables."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join("\t".join(row) + "\r\n" for row in PTP)
    (folder / "ccipra-v320r0-f1.TXT").write_bytes((PTP_HEAD + rows).encode())
    heading = '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    mue = "Copyright text\n" + heading + "".join(f"{c},{v},{i},Invented rationale\n" for c, v, i in MUE)
    (folder / "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv").write_text(mue, encoding="utf-8")
    names = (
        "AOC_Edit_Type",
        "Add-On_Code",
        "AOC_DelDT",
        "Primary_Code",
        "Primary_Code_DelDT",
        "AOC_Edit_EffDT",
        "AOC_Edit_DelDT",
        "Special_Instruction_Notes",
    )
    add_ons = [[kind, code, "", primary, "", since, until, ""] for kind, code, primary, since, until in ADD_ONS]
    sheet(folder / "AOC_V2026Q1-MCR.xlsx", [["Copyright text"], names, *add_ons])
    fees = "2026 National Physician Fee Schedule,,,,\n,,,GLOB,BILAT\nHCPCS,MOD,DESCRIPTION,DAYS,SURG\n"
    fees += "77001,26,Invented,XXX,9\n" + "".join(f"{c},,Invented,{d},{b}\n" for c, (d, b) in GLOBAL.items())
    (folder / "PPRRVU26_JAN.csv").write_text(fees, encoding="utf-8")
    return folder


def write_hcpcs(folder: Path) -> Path:
    """Write CMS's HCPCS text as it is in 2026."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "HCPC2026_JAN_ANWEB.txt"
    path.write_bytes(hcpcs_text().encode("cp1252"))
    return path
