"""Section headings by what they say."""

import re

_NUMBER = re.compile(
    r"^(?:(?:appendix|section|chapter)\s+)?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z](?:\.\d{1,2})*)[.):]?\s+(?=\S)",
    re.IGNORECASE,
)


def bare_title(line: str) -> str:
    """A heading without its number: "2.1. Memory Banks" → "Memory Banks"."""
    line = line.strip()
    found = _NUMBER.match(line)
    return line[found.end() :].strip() if found else line
