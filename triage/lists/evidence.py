"""Whether a block of a README is an entry, a line of a table of contents, or a template kept for copying."""

import re

from triage.lists.leaves import label_kind

_ANCHOR_LINK = re.compile(r"\]\(\s*+#[^)]{0,500}\)|href\s*=\s*[\"']#", re.IGNORECASE)
_LINK = re.compile(r"\]\(\s*<?[^)\s]+|href\s*=\s*[\"']?[^\"'\s>]+|https?://\S+|\]\(\s*\)", re.IGNORECASE)
_FULL_LINK = re.compile(r"\]\(\s*+<?[^)#\s]|href\s*=\s*[\"'][^#\"']|https?://", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"\]\(\s*+(?:(?:url|link|#|xxx?|\.\.\.)\s*+)?\)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MARKUP = re.compile(r"!?\[\[?|\]\]?\([^)]{0,2000}\)\]?|</?[A-Za-z][^<>]*+>|https?://\S+|[*_`|>#\\\[\]()]")
_PLACEHOLDER = re.compile(
    r"\b(?:paper|title|name|authors?|venue|conference|year|link|url|code|abs|pdf|arxiv|datasets?|project|page|date|brief|summary|description|tba|xxx+|yyyy|mm|dd)\b",
    re.IGNORECASE,
)


def is_contents(text: str) -> bool:
    """Whether every link of the block leads into the page itself."""
    inside = len(_ANCHOR_LINK.findall(text))
    return inside > 0 and inside >= len(_LINK.findall(text))


def is_template(text: str) -> bool:
    """Whether this is an entry without a paper: links without targets, and no words but those of labels."""
    if _FULL_LINK.search(text) or not _EMPTY_LINK.search(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", _PLACEHOLDER.sub(" ", _MARKUP.sub(" ", text)))
    return "****" in text or len(words) <= 3


def is_entry(text: str, kind: str, nested: bool = False) -> bool:
    """Whether the block names something with a title and points at it, dates it, or sets it off in bold."""
    if is_contents(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", _MARKUP.sub(" ", text))
    linked = bool(_LINK.search(text))
    if kind == "row":
        return bool(words) and (linked or len(words) >= 3)
    if kind in ("paragraph", "html"):
        starts = re.match(r"\s*(?:[^\w\s*\[]+\s*)?(?:\*\*|\[|<b>|<strong>|\d+[.)]\s)", text) is not None
        return starts and linked and len(words) >= (2 if "**" in text[:4] else 4) and ("](" in text or "href" in text)
    if nested:
        return linked and len(words) >= 1 and label_kind(" ".join(words)) is None
    return (linked and len(words) >= 1) or (len(words) >= 5 and (bool(_YEAR.search(text)) or "**" in text))
