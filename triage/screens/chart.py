"""A small chart for the terminal."""

from collections.abc import Sequence

_BARS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 8


def curve(points: Sequence[tuple[float, float]], width: int = 60, height: int = _HEIGHT) -> list[str]:
    """Lines that draw a rising curve of (x, y), both from 0 to 1, as columns; [] without points."""
    if not points:
        return []
    ordered = sorted(points)
    columns = []
    for number in range(width):
        x = (number + 1) / width
        columns.append(max((y for at, y in ordered if at <= x + 1e-9), default=0.0))
    lines = []
    for row in range(height, 0, -1):
        cells = "".join(_cell(value * height - (row - 1)) for value in columns)
        label = {height: "100%", (height + 1) // 2: " 50%"}.get(row, "    ")
        lines.append(f"{label} │{cells}")
    lines.append("     └" + "─" * width)
    return lines


def _cell(part: float) -> str:
    return _BARS[round(min(1.0, max(0.0, part)) * (len(_BARS) - 1))]
