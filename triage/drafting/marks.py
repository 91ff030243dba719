"""The list's own flags, where its legend explains them: "*: papers that are not on bridges"."""

import re
from collections.abc import Mapping, Sequence

from triage.drafting.sentences import clean
from triage.models import FullText, Paper

_WITHOUT = re.compile(
    r"\b(?:non|not|no|other than|outside|beyond|except)\b[\s-]++(?:(?:on|about|for|in|the|of)\s*+)?"
    r"(?P<subject>[A-Za-z]{4,})",
    re.IGNORECASE,
)


def learn_flags(text: str, marks: Sequence[str]) -> Mapping[str, str]:
    """The flags among `marks` that the list's text explains as "not X", each with the beginning of the word X.

    A legend is a line of the form "flag: meaning"; a flag that says what a paper is, not what it is not, is left to
    people.
    """
    found = {}
    for mark in marks:
        legend = re.search(
            rf"^[ \t>*+-]{{0,12}}?[`'\"]?{re.escape(mark)}[`'\"]?\s*+(?:[:=]|-++|–|means)\s*+(?P<meaning>.{{3,120}})$",
            text,
            re.MULTILINE,
        )
        subject = _WITHOUT.search(clean(legend.group("meaning"))) if legend else None
        if subject:
            found[mark] = _stem(subject.group("subject"))
    return found


def flags_for(paper: Paper, flags: Mapping[str, str], text: FullText | None = None) -> tuple[str, ...]:
    """The flags that apply: title, abstract and whatever was read of the paper never use a word that begins like the
    flag's subject."""
    if not paper.abstract:
        return ()
    pages = [page.text for page in text.pages] if text else []
    words = " ".join((paper.title, paper.abstract, *pages)).casefold()
    return tuple(mark for mark, stem in flags.items() if not re.search(rf"\b\w{{0,3}}{re.escape(stem)}", words))


def _stem(word: str) -> str:
    return re.sub(r"(?:al|ed|ing|ion|s)$", "", word.casefold())
