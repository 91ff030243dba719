"""Random lists whose every entry is known, for trying what nobody has written yet.

A list has a random form (bullets, numbers, paragraphs, rows of a table), random sections, order, blank lines and line
ends, and titles that are hard to escape. The same seed gives the same list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from triage.models import Facts, SectionPath

_WORDS = (
    "Sheep Lighthouse Graph Folding Tides Knots Kites Bells Lantern Pipes Foam Weather Oracles Birdsong Bridges Robots "
    "Sparse Attention Causal Study Benchmark Learning Forecasting Simulation Calibration Segmentation Night Water Thin"
).split()
_SMALL = "for with of in on and to from without".split()
_HARD = (
    "$O(n^2)$ C++ 3D A* (GANs) [MASK] x_1 <sos> 50% 图像 Café K&R F# 'n' \"why\" Wave–Particle I/O α-β a|b `code` "
    "*really* {x} ~10 #1 E(3) \\alpha snake_case_name <b>bold</b> ^2"
).split()
_NAMES = "Ada Finch|Bo Larsen|Cleo Marsh|Dan O'Hara|Eva de Boer|Finn Åberg|Gita Rao|Hugo J. Stein|Wei Zhang".split("|")
_VENUES = "CVPR ICML NeurIPS ICLR ECCV AAAI ACL MICCAI".split()


@dataclass(frozen=True)
class Listed:
    """A paper as the random list holds it."""

    section: SectionPath
    title: str
    url: str


@dataclass(frozen=True)
class RandomList:
    """The text, what was written into it, and the line of each section's heading (from 0)."""

    text: str
    form: str
    entries: tuple[Listed, ...]
    headings: dict[SectionPath, int]


def random_title(random: Random, hard: float = 0.15) -> str:
    """Three to nine words, `hard` of them such that they need escaping or look like markup."""
    words = [
        random.choice(_HARD) if random.random() < hard else random.choice(_SMALL if random.random() < 0.2 else _WORDS)
        for _ in range(random.randint(3, 9))
    ]
    # A name that nobody has makes it unlike any other title of the list.
    words[0] = "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(5)).title()
    return " ".join(words)


def random_paper(random: Random, hard: float = 0.15) -> Facts:
    """A paper's facts: always title, authors, day, year and arXiv id; often a venue; sometimes code."""
    day = date(random.randint(2016, 2026), random.randint(1, 12), random.randint(1, 28))
    return Facts(
        title=random_title(random, hard),
        authors=tuple(random.sample(_NAMES, random.randint(1, 4))),
        venue=random.choice(_VENUES) if random.random() < 0.6 else None,
        year=day.year,
        day=day,
        arxiv_id=f"{day:%y%m}.{random.randint(1, 99999):05}",
        code_url=f"https://github.com/tide/r{random.randint(1, 9999)}" if random.random() < 0.4 else None,
        summary="shows that " + " ".join(random.choice(_WORDS).lower() for _ in range(6)),
    )


def _bullet(mark: str, code: str) -> Callable[[Facts, str], str]:
    def write(paper: Facts, title: str) -> str:
        given = code.format(paper.code_url) if paper.code_url else ""
        return f"{mark}**{title}** [[Paper]]({_url(paper)}){given}"

    return write


def _linked(paper: Facts, title: str) -> str:
    return f"- [{title}]({_url(paper)}), {', '.join(paper.authors)}, *{_appeared(paper)}*"


def _venue_first(paper: Facts, title: str) -> str:
    return f"+ ({_appeared(paper)}) {title} [[pdf]({_url(paper)})]"


def _dated(paper: Facts, title: str) -> str:
    return f"- [{paper.day:%Y/%m/%d}] **{title}** | [[paper]({_url(paper)})]"


def _nested(paper: Facts, title: str) -> str:
    code = f", [[Code]]({paper.code_url})" if paper.code_url else ""
    return (
        f"- *({paper.year}-{paper.venue or 'arXiv'})* **{title}** [[ArXiv]]({_url(paper)}){code}\n"
        f"  - Authors: {', '.join(paper.authors)}\n  - {paper.summary}"
    )


def _counted(paper: Facts, title: str) -> str:
    return (
        f"1. **{title}**, {', '.join(paper.authors)}, *{paper.venue or 'arXiv'}*, {paper.year}. [[pdf]({_url(paper)})]"
    )


def _paragraph(paper: Facts, title: str) -> str:
    return f"**{title}** \\\n*{', '.join(paper.authors)}* \\\n{_appeared(paper)}. [[Paper]({_url(paper)})]"


def _broken(paper: Facts, title: str) -> str:
    return f"**{title}.**<br>\n*{', '.join(paper.authors)}.*<br>\n{_appeared(paper)}. [[PDF]({_url(paper)})]"


def _row(paper: Facts, title: str) -> str:
    code = f"[code]({paper.code_url})" if paper.code_url else "-"
    cell = title.replace("|", "\\|")
    return f"| [{cell}]({_url(paper)}) | {paper.venue or 'arXiv'} | {paper.year} | {code} |"


def _html(paper: Facts, title: str) -> str:
    return f'<li><b>({_appeared(paper)})</b> <a href="{_url(paper)}">{title}</a></li>'


_FORMS: dict[str, Callable[[Facts, str], str]] = {
    "bold bullet": _bullet("- ", "[[code]]({})"),
    "starred bullet": _bullet("* ", ", [[Code]]({})"),
    "linked bullet": _linked,
    "venue first": _venue_first,
    "dated": _dated,
    "nested": _nested,
    "counted": _counted,
    "paragraph": _paragraph,
    "broken lines": _broken,
    "table": _row,
    "html": _html,
}
_HEAD = "| Title | Venue | Year | Code |\n|:------|:-----:|:----:|------|\n"
_ORDERS = ("newest first", "oldest first", "by title", "none")


def random_list(random: Random, hard: float = 0.15) -> RandomList:
    """A list of 3 to 96 entries in one to eight sections; `hard` as for `random_title`."""
    form = random.choice(sorted(_FORMS))
    order = random.choice(_ORDERS)
    gap = "\n" * random.choice((0, 1, 1, 2)) if form not in ("table", "html") else ""
    if form in ("paragraph", "broken lines"):
        gap = gap or "\n"
    parts = [f"# Awesome {random.choice(_WORDS)}\n\n", "A list of papers that somebody reads.\n\n"]
    listed: list[Listed] = []
    headings: dict[SectionPath, int] = {}
    names = random.sample(_WORDS, random.randint(1, 8))
    if random.random() < 0.4:
        parts.append("## Contents\n\n" + "".join(f"- [{name}](#{name.lower()})\n" for name in names) + "\n")
    parent: tuple[str, ...] = ()
    for name in names:
        deeper = bool(parent) and random.random() < 0.4
        path = (*parent, name) if deeper else (name,)
        parent = path[:1]
        headings[path] = "".join(parts).count("\n")
        parts.append(f"{'###' if deeper else '##'} {name}\n" + "\n" * random.choice((0, 1, 1)))
        papers = _sorted([random_paper(random, hard) for _ in range(random.randint(3, 12))], order)
        parts.append(_section(random, papers, form, gap))
        listed += [Listed(path, paper.title, _url(paper)) for paper in papers]
    if random.random() < 0.5:
        parts.append("## License\n\nCC0\n")
    text = "".join(parts)
    if random.random() < 0.3:
        text = text.rstrip("\n")
    if random.random() < 0.25:
        text = text.replace("\n", "\r\n")
    return RandomList(text, form, tuple(listed), headings)


def _section(random: Random, papers: list[Facts], form: str, gap: str) -> str:
    written = [_FORMS[form](paper, _written_title(paper.title)) for paper in papers]
    if form == "counted":
        written = [f"{number}{text[1:]}" for number, text in enumerate(written, 1)]
    body = ("\n" + gap).join(written) + "\n"
    if form == "table":
        body = _HEAD + body
    elif form == "html":
        body = f"<ul>\n{body}</ul>\n"
    return body + "\n" * random.choice((1, 1, 2))


def _sorted(papers: list[Facts], order: str) -> list[Facts]:
    if order == "none":
        return papers
    if order == "by title":
        return sorted(papers, key=lambda paper: paper.title.casefold())
    return sorted(papers, key=lambda paper: paper.day or date.min, reverse=order == "newest first")


def _written_title(title: str) -> str:
    """As a maintainer who knows Markdown writes it."""
    return "".join("\\" + c if c in "\\`*_[]<>" else c for c in title)


def _appeared(paper: Facts) -> str:
    return f"{paper.venue or 'arXiv'} {paper.year}"


def _url(paper: Facts) -> str:
    return f"https://arxiv.org/abs/{paper.arxiv_id}"
