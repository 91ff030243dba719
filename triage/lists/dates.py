"""Dates as lists write them: read with their pattern ("YYYY/MM/DD", "Dth Mon., YYYY"), written again from a day."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from triage.lists.leaves import MONTHS

LONG = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PARTS = re.compile(
    r"(?P<word>[A-Za-z]{3,9}\.?)|(?P<year>(?:19|20)\d\d)|(?P<number>\d{1,2})(?P<th>st|nd|rd|th)?", re.IGNORECASE
)
_WRITE = re.compile(r"YYYY|MM|DD|Dth|Month|Mon|M|D")


def pattern_of(text: str) -> tuple[str, str | None] | None:
    """The pattern of one written date and its month's name as written (None for a number); None if it is no date.

    Numbers before a year in `12/05/2023` count as month first unless the first exceeds 12.
    """
    found = list(_PARTS.finditer(text))
    pattern, month, at = "", None, 0
    numbers = [match for match in found if match["number"]]
    worded = any(match["word"] and match["word"][:3].lower() in MONTHS for match in found)
    month_at = None if worded or not numbers else (1 if len(numbers) > 1 and int(numbers[0]["number"]) > 12 else 0)
    for match in found:
        pattern += text[at : match.start()]
        at = match.end()
        if match["year"]:
            pattern += "YYYY"
        elif match["word"]:
            if match["word"][:3].lower() not in MONTHS:
                return None
            month = match["word"]
            pattern += "Mon"
        elif match["th"]:
            pattern += "Dth"
        else:
            letter = "M" if month_at is not None and match is numbers[month_at] else "D"
            # One digit or a leading zero tells; two digits above 9 fit both, and the majority decides.
            pattern += letter if len(match["number"]) == 1 else letter * 2
    if "YYYY" not in pattern or "M" not in pattern:
        return None
    return pattern + text[at:], month


def learn_dates(texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The commonest pattern, and the twelve month names as the list writes them. ("", …) if there is no date."""
    patterns: Counter[str] = Counter()
    names: dict[int, Counter[str]] = {}
    single = sum(bool(re.search(r"(?<!\d)[1-9](?!\d)", text)) for text in texts)
    for text in texts:
        found = pattern_of(text)
        if found:
            patterns[found[0]] += 1
            if found[1]:
                names.setdefault(MONTHS.index(found[1][:3].lower()), Counter())[found[1]] += 1
    if not patterns:
        return "", LONG
    pattern = patterns.most_common(1)[0][0]
    padded = sum(bool(re.search(r"(?<!\d)0[1-9](?!\d)", text)) for text in texts)
    if single > padded:
        pattern = pattern.replace("MM", "M").replace("DD", "D")
    return pattern, _months(names)


def _months(names: dict[int, Counter[str]]) -> tuple[str, ...]:
    seen = Counter(name for month, counts in names.items() if month != 4 for name in counts.elements())
    dotted = sum(count for name, count in seen.items() if name.endswith("."))
    short = sum(count for name, count in seen.items() if len(name.rstrip(".")) <= 4)
    total = sum(seen.values())
    written = []
    for number, name in enumerate(LONG):
        own = names.get(number)
        if own:
            written.append(own.most_common(1)[0][0])
        elif total and short * 2 > total and number != 4:
            written.append(name[:3] + ("." if dotted * 2 > total else ""))
        else:
            written.append(name)
    return tuple(written)


def write_date(day: date, pattern: str, months: Sequence[str] = LONG) -> str:
    """A day by its pattern."""
    number = day.day
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    values = {
        "YYYY": f"{day.year:04d}",
        "MM": f"{day.month:02d}",
        "M": str(day.month),
        "DD": f"{number:02d}",
        "D": str(number),
        "Dth": f"{number}{ending}",
        "Mon": months[day.month - 1],
        "Month": LONG[day.month - 1],
    }
    return _WRITE.sub(lambda found: values[found.group()], pattern)
