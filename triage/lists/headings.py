"""What a heading says to a reader, and what kind of section it opens."""

import re

from triage.lists.pairs import unescape, without_comments, without_links

TOPIC = "topic"
VENUE = "venue"
TIME = "time"
HOUSEKEEPING = "housekeeping"

_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_ANCHOR = re.compile(r"\{#[\w-]+\}\s*$")
_HOUSEKEEPING = re.compile(
    r"""^\W*(?:\d+\.?\s*)?(?:
        (?:table\s+of\s+)?contents?(?:\s*\(toc\))? | toc | index | catalogu?e? | outline | navigation |
        tips? | legend | notation | star(?:gazers)?[\s-]*history | stars?\s+over\s+time | stargazers |
        (?:recent\s+|latest\s+)?(?:updates?|news|announcements?)(?:\s+log)? | what'?s\s+new | change\s?log | logs? |
        (?:how\s+to\s+)?cit(?:e|ing|ations?)(?:\s+(?:us|this|our|the|it)\b.*)? | (?:bib\s?tex|reference\s+this)\b.* |
        acknowledge?ments? | thanks(?:\s+to\b.*)? | credits? | support(?:\s+us)? | activity |
        (?:our\s+|project\s+|list\s+of\s+)?(?:contributors?|maintainers?|authors?|team|members)
            (?:\s*(?:&|and)\s*\w+)? |
        (?:how\s+to\s+)?contribut(?:e|ing|ions?)(?:\s+(?:to|guide|guidelines)\b.*)? | contacts?(?:\s+us)? |
        licen[cs]e | sponsors? | disclaimer | feedback | about(?:\s+(?:us|this)\b.*)? | introduction | motivation |
        getting\s+started | installation | usage | quick\s?start | to[\s-]?do(?:\s+list)? | faq | community |
        join\s+us\b.* | welcome\b.*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_TIME = re.compile(
    rf"^\W*(?:(?:year\s+)?(?:19|20)\d\d(?:\s*[-/.]\s*(?:\d{{1,2}}|(?:19|20)?\d\d))?|{_MONTH}\W*(?:\d{{1,2}}\W+)?(?:19|20)\d\d|(?:19|20)\d\d\W*(?:{_MONTH}|q[1-4])|"
    rf"(?:before|until|since|earlier|pre)\W*(?:than\s+)?(?:19|20)\d\d|{_MONTH})\W*$",
    re.IGNORECASE,
)
_VENUE = re.compile(
    r"^\W*(?:(?=[A-Z][a-z]*+[A-Z])[A-Z][A-Za-z&+/-]*+(?:\s++[A-Z]{2,}[A-Za-z]*+){0,2}|Nature|Science|Interspeech)"
    r"\s*+[-'’,(]*+\s*+(?:(?:19|20)?\d\d)\)?(?:\s*+(?:workshops?|oral|findings|main|posters?))?\W*$",
)


def visible(heading: str) -> str:
    """A heading as a reader sees it: no link targets, images, tags, anchors or emphasis; emoji and numbers stay."""
    shown = _TAG.sub("", without_comments(without_links(_ANCHOR.sub("", heading))))
    if "[[" in heading:
        shown = re.sub(r"\[([^\[\]]*)\]", r"\1", shown)
    shown = re.sub(r"\*\*|__|`", "", shown)
    shown = unescape(shown).replace("&amp;", "&")
    shown = re.sub(r"(?<!\w)\*(\S[^*]*)\*(?!\w)", r"\1", shown)
    return re.sub(r"\s+", " ", shown).strip()


def section_kind(title: str) -> str:
    """ "venue" (CVPR 2025), "time" (2024, May 2023), "housekeeping" (contents, news, citation …), else "topic"."""
    if _HOUSEKEEPING.match(title):
        return HOUSEKEEPING
    if _TIME.match(title):
        return TIME
    return VENUE if _VENUE.match(title) else TOPIC
