"""A list to start with: a skeleton with a good format, for somebody who has none yet."""

from collections.abc import Sequence

TEMPLATE = "- **** [[Paper]]() [[Code]]()"
"""Kept in a comment of the new list, to copy by hand; `default_table` is the same for triage."""


def new_list(title: str, sections: Sequence[str]) -> str:
    """A README with these sections and no entry yet. A section "A > B" becomes B under A."""
    lines = [f"# {title.strip() or 'Paper list'}", "", "## Contents", ""]
    paths = [tuple(part.strip() for part in section.split(">") if part.strip()) for section in sections]
    headings: list[tuple[str, ...]] = []
    for path in paths or [("Papers",)]:
        for depth in range(1, len(path) + 1):
            if path[:depth] not in headings:
                headings.append(path[:depth])
    anchors: dict[str, int] = {}
    for path in headings:
        lines.append(f"{'  ' * (len(path) - 1)}- [{path[-1]}](#{_anchor(path[-1], anchors)})")
    lines += ["", "<!-- To add a paper by hand, copy this line into its section:", TEMPLATE, "-->"]
    for path in headings:
        lines += ["", "#" * (len(path) + 1) + " " + path[-1]]
    return "\n".join(lines) + "\n"


def _anchor(heading: str, taken: dict[str, int]) -> str:
    """The anchor that GitHub gives a heading: lower case, blanks as hyphens, other signs left out, repeats numbered."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" if c == " " else "" for c in heading.lower())
    count = taken.get(name, 0)
    taken[name] = count + 1
    return f"{name}-{count}" if count else name


def default_table() -> dict[str, object]:
    """The [format] for a new list: one line with venue, links and a sentence beneath."""
    entry = (
        "- {?[{venue} {year}] {|}[{year}] }**{title:stop}**{? *{authors:stop}*}"
        "{? {* {|}[[Paper]]({paper}){|}[[Code]]({code}){|}[[Project]]({project})}}{?\n  - {summary}}"
    )
    return {
        "authors": "first-et-al",
        "date": "YYYY-MM-DD",
        "preprint": "arXiv",
        "arxiv_url": "https://arxiv.org/abs/{id}",
        "templates": [{"entry": entry, "kind": "item"}],
    }
