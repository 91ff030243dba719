"""Days as people write them on a command line, and times as they read them."""

import calendar
import re
from datetime import date, datetime, timedelta

from triage.errors import TriageError

_AGO = re.compile(r"^(\d{1,4})\s*([dwmy])$", re.IGNORECASE)


def day_of(text: str, option: str, today: date) -> date:
    """ "7d", "2w", "3m", "1y" before today, "today", "yesterday" or "2026-11-01" as a day. Raises TriageError."""
    plain = text.strip().lower()
    ago = _AGO.match(plain)
    try:
        if ago:
            return _before(today, int(ago[1]), ago[2])
        if plain in ("today", "yesterday"):
            return today - timedelta(days=plain == "yesterday")
        return date.fromisoformat(plain)
    except (ValueError, OverflowError):
        raise TriageError(
            f"{option} {text!r} is not a date; use a day such as 2026-11-01, or how long ago: 7d, 2w, 3m"
        ) from None


def local(moment: datetime) -> str:
    """A time in this machine's time zone: "2026-11-01 14:05"."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _before(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
