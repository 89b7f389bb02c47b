"""Cutting a text into clauses that can be spoken one after the other, so that the first is heard early.

It never cuts inside a number, an abbreviation or a quotation shorter than a clause; joined, the clauses are the text.
"""

from __future__ import annotations

import re

_STRONG = re.compile(
    r"(?<=[。！？!?…])(?![”’』」）)\"'])|(?<=[.])(?=\s)|(?<=[”’』」）)\"])(?<=[。！？!?.…].)(?=\S|\s)|\n+"
)
_WEAK = re.compile(r"(?<=[，；：、—])(?![”’』」）)])|(?<=[,;:])(?=\s+[^\d\s])")
# "I read it back:" is the same for every caller, and stands before what must be made for this one.
_LEAD = re.compile(r"[^\W\d][^，。,.!?！？：:\d]{2,}(?:：|:(?=\s))(?=\s*\S)")
# Single letters and these words before a full stop end no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-zА-Яа-я]|ул|д|кв|стр|корп|пер|пр|просп|г|обл|р|им|т|тел|руб|тыс|млн|St|Ave|Rd|Blvd|Mr|Mrs|Ms|Dr|No|Nos"
    r"|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.$"
)
_LEAST = {"zh": 4, "ja": 6, "ko": 8, "en": 14, "ru": 14}
_MOST = {"zh": 28, "ja": 36, "ko": 40, "en": 90, "ru": 90}


def clauses(text: str, language: str) -> list[str]:
    """Cuts a text; the first clause is as short as it may be, since someone waits for it.

    Args:
        text: as it is shown or spelled out.
        language: decides how many characters make a clause.
    """
    pieces: list[str] = []
    lead = _LEAD.match(text)
    if lead is not None:
        pieces, text = [lead[0]], text[lead.end() :]
    for sentence in _sentences(text):
        if len(sentence) > _MOST[language] or (not pieces and len(sentence) > _MOST[language] // 2):
            pieces += [part for part in _WEAK.split(sentence) if part]
        else:
            pieces.append(sentence)
    joined: list[str] = []
    for piece in pieces:
        if not piece.strip():
            continue
        leads = lead is not None and len(joined) == 1
        short = joined and not leads and len(joined[-1].strip()) < _LEAST[language]
        weak = joined and not _ends(joined[-1]) and len(joined[-1]) + len(piece) <= _MOST[language]
        if short or (weak and len(joined) > 1):
            joined[-1] += piece
        else:
            joined.append(piece)
    if len(joined) > 1 and len(joined[-1].strip()) < 3:
        last = joined.pop()
        joined[-1] += last
    whole = [clause.strip() for clause in joined if any(c.isalnum() for c in clause)]
    return [part for clause in whole for part in _bounded(clause, 2 * _MOST[language])]


def _bounded(clause: str, most: int) -> list[str]:
    """Cuts what has no punctuation for very long (a caller's story read back), between words where there are any."""
    parts = []
    while len(clause) > most:
        cut = clause.rfind(" ", most // 2, most)
        if cut < 0:
            cut = most
            while cut > most // 2 and clause[cut - 1].isdecimal() and clause[cut].isdecimal():
                cut -= 1
        parts.append(clause[:cut].strip())
        clause = clause[cut:].strip()
    return [*parts, clause]


def _ends(clause: str) -> bool:
    return clause.rstrip().endswith(("。", "！", "？", ".", "!", "?", "…", "”", "」", "\n")) or clause.endswith("\n")


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for piece in _STRONG.split(text):
        if not piece:
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += piece
        else:
            found.append(piece)
    return found
