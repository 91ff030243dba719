"""The figures of a survey: papers by year and section, a timeline, and how the papers were found (after PRISMA 2020).

Each is drawn twice, as SVG and as LaTeX that needs no package: boxes, rules and a table. `as_png` makes of the SVG what
every program can put into a page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as html_escape

from triage.writing.document import Figure
from triage.writing.markup import one_line
from triage.writing.tex import escaped

_MOST_YEARS = 10
_MOST_NAMES = 8
_FONT = 'font-family="Helvetica, Arial, sans-serif"'
_INK, _PALE, _BAR = "#1b1b1b", "#f3f5f9", "#3b6ea5"


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step of the search: how many papers came this far, and what became of those that went no further, as pairs of
    a reason and a number."""

    label: str
    count: int
    out: tuple[tuple[str, int], ...] = ()


def by_year_and_section(years: Mapping[str, Sequence[int]]) -> Figure | None:
    """How many papers each section has of each year, as squares whose area is the number. `years` has the years of
    each section's papers, in the survey's order; None if no year is known."""
    known = sorted({year for found in years.values() for year in found})
    if not known:
        return None
    shown = known[-_MOST_YEARS:]
    heads = [f"≤{shown[0]}" if year == shown[0] and len(known) > len(shown) else str(year) for year in shown]
    rows = []
    for name, found in years.items():
        counts = Counter(max(year, shown[0]) for year in found)
        rows.append((_short(name, 44), [counts[year] for year in shown]))
    caption = "Papers by section and year; a square's area is the number of papers."
    return Figure("papers-by-year", caption, _squares_svg(heads, rows), _squares_tex(heads, rows))


def _squares_svg(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    left, cell, top = 300, 46, 34
    most = max(max(counts) for _, counts in rows) or 1
    parts = [_text(left + cell * (n + 0.5), 20, head, anchor="middle", bold=True) for n, head in enumerate(heads)]
    for line, (name, counts) in enumerate(rows):
        y = top + cell * 0.8 * line
        parts.append(_text(left - 12, y + 22, name, anchor="end"))
        for n, count in enumerate(counts):
            if count:
                side = 8 + 18 * (count / most) ** 0.5
                x = left + cell * n + 4
                parts.append(_box(x, y + 18 - side / 2, side, side, fill=_BAR))
                parts.append(_text(x + side + 3, y + 22, str(count), size=11))
    return _svg(left + cell * len(heads) + 20, int(top + cell * 0.8 * len(rows) + 10), parts)


def _squares_tex(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    most = max(max(counts) for _, counts in rows) or 1
    lines = [f"\\begin{{tabular}}{{@{{}}r{'c' * len(heads)}@{{}}}}"]
    lines.append(" & ".join(["", *(escaped(head) for head in heads)]) + r"\\")
    for name, counts in rows:
        cells = [_square_tex(count, most) for count in counts]
        lines.append(" & ".join([f"\\parbox{{0.3\\linewidth}}{{\\raggedleft {escaped(name)}}}", *cells]) + r"\\[2pt]")
    return "\n".join([*lines, "\\end{tabular}"])


def _square_tex(count: int, most: int) -> str:
    if not count:
        return ""
    side = 3 + 5 * (count / most) ** 0.5
    return f"\\rule[-1pt]{{{side:.1f}pt}}{{{side:.1f}pt}}\\,{count}"


def timeline(names: Mapping[int, Sequence[str]]) -> Figure | None:
    """The years, newest last, with the papers of each by name ("" where none is known); None without a year."""
    if not names:
        return None
    rows = []
    for year in sorted(names):
        counted = list(Counter(name for name in names[year] if name).items())[:_MOST_NAMES]
        shown = [f"{name} ({count})" if count > 1 else name for name, count in counted]
        rest = len(names[year]) - sum(count for _, count in counted)
        more = f"{' and ' if shown else ''}{rest}{' more' if shown else ' without a name'}" if rest else ""
        rows.append((year, len(names[year]), ", ".join(shown) + more))
    most = max(count for _, count, _ in rows)
    caption = "Timeline: papers by year, with their first authors; a bar's length is the number of papers."
    return Figure("timeline", caption, _timeline_svg(rows, most), _timeline_tex(rows, most))


def _timeline_svg(rows: Sequence[tuple[int, int, str]], most: int) -> str:
    parts = [f'<line x1="70" y1="14" x2="70" y2="{20 + 34 * len(rows)}" stroke="{_INK}"/>']
    for line, (year, count, names) in enumerate(rows):
        y = 20 + 34 * line
        length = 150 * count / most
        parts += [
            _text(60, y + 16, str(year), anchor="end", bold=True),
            _box(70, y + 3, length, 17, fill=_BAR),
            _text(76 + length, y + 16, str(count), size=11),
            _text(250, y + 16, _short(names, 88), size=12),
        ]
    return _svg(840, 30 + 34 * len(rows), parts)


def _timeline_tex(rows: Sequence[tuple[int, int, str]], most: int) -> str:
    lines = ["\\begin{tabular}{@{}rl>{\\raggedright\\arraybackslash}p{0.62\\linewidth}@{}}"]
    for year, count, names in rows:
        bar = f"\\rule{{{60 * count / most:.1f}pt}}{{6pt}}\\,{count}"
        lines.append(f"\\textbf{{{year}}} & {bar} & {escaped(names)}\\\\[2pt]")
    return "\n".join([*lines, "\\end{tabular}"])


def search_flow(steps: Sequence[FlowStep]) -> Figure:
    """From all papers that were found to those in the survey, a box a step, beside it who went no further."""
    caption = "How the papers of this survey were found and chosen, with the numbers at the time of writing."
    return Figure("search-flow", caption, _flow_svg(steps), _flow_tex(steps))


def _flow_svg(steps: Sequence[FlowStep]) -> str:
    parts, y, wide = [], 10, 330
    for number, step in enumerate(steps):
        outs = [f"{count:,} {reason}" for reason, count in step.out]
        tall = max(48, 18 + 18 * len(outs))
        parts.append(_box(10, y, wide, tall, fill=_PALE, line=True))
        parts.append(_text(10 + wide / 2, y + tall / 2 + 4, f"{step.label}: {step.count:,}", "middle", bold=True))
        if outs:
            parts.append(_arrow(10 + wide, y + tall / 2, 10 + wide + 40, y + tall / 2))
            parts.append(_box(60 + wide, y, 390, tall, fill="#ffffff", line=True))
            lines = range(len(outs))
            middle = y + tall / 2 + 4 - 9 * (len(outs) - 1)
            parts += [_text(70 + wide, middle + 18 * n, _short(outs[n], 58), size=12) for n in lines]
        if number + 1 < len(steps):
            parts.append(_arrow(10 + wide / 2, y + tall, 10 + wide / 2, y + tall + 24))
        y += tall + 26
    return _svg(wide + 470, y - 10, parts)


def _flow_tex(steps: Sequence[FlowStep]) -> str:
    lines = ["\\begin{tabular}{@{}c@{\\enspace}l@{}}"]
    for number, step in enumerate(steps):
        box = f"\\fbox{{\\parbox{{0.4\\linewidth}}{{\\centering {escaped(step.label)}: {step.count:,}}}}}"
        outs = r"\\ ".join(escaped(f"{count:,} {reason}") for reason, count in step.out)
        beside = f"$\\rightarrow$ \\fbox{{\\parbox{{0.42\\linewidth}}{{\\raggedright {outs}}}}}" if outs else ""
        lines.append(f"{box} & {beside}\\\\")
        if number + 1 < len(steps):
            lines.append("$\\downarrow$ & \\\\")
    return "\n".join([*lines, "\\end{tabular}"])


def _short(text: str, most: int) -> str:
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip(' ,;:-')}…"


def _text(x: float, y: float, text: str, anchor: str = "start", *, bold: bool = False, size: int = 13) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight}'
    return f'<text {place} fill="{_INK}" {_FONT}>{html_escape(one_line(text))}</text>'


def _box(x: float, y: float, width: float, height: float, *, fill: str, line: bool = False) -> str:
    stroke = f' stroke="{_INK}" rx="4"' if line else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{stroke}/>'


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """An arrow that goes right or down."""
    line = f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_INK}"/>'
    across, down = (0, 5) if x2 > x1 else (5, 0)
    back_x, back_y = (x2 - 8, y2) if x2 > x1 else (x2, y2 - 8)
    ends = f"{x2:.1f},{y2:.1f} {back_x - across:.1f},{back_y - down:.1f} {back_x + across:.1f},{back_y + down:.1f}"
    return f'{line}<polygon points="{ends}" fill="{_INK}"/>'


def as_png(svg: str) -> bytes:
    """The picture with 150 dots an inch."""
    import pymupdf

    with pymupdf.open("svg", svg.encode("utf-8", "replace")) as picture:
        dots = picture[0].get_pixmap(dpi=150)
        dots.set_dpi(150, 150)
        drawn: bytes = dots.tobytes("png")
        return drawn


def _svg(width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>"]) + "\n"
