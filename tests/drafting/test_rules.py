"""Facts by rule: what is written of a paper is free of TeX, and a title stays recognisable."""

import pytest

from triage.drafting.rules import ListStatistics, gather_facts, learn_statistics
from triage.identity import title_key
from triage.lists.document import read
from triage.models import Facts, Paper


def statistics() -> ListStatistics:
    """Of a list whose entries have an abstract, a one-liner and data sets."""
    entries = "\n".join(
        f"- **Bridge {n}** [[Paper]](https://arxiv.org/abs/2001.0000{n})\n"
        "  - learns how rust spreads along the rivets of old girders.\n"
        "  - Datasets: SDNET2018\n"
        f"  - <details><summary>Abstract</summary>Bridges rust. Number {n} is old.</details>\n"
        for n in range(6)
    )
    return learn_statistics(read(f"# Bridges\n\n## Rust\n\n{entries}").entries)


def facts(**values: object) -> Facts:
    """The facts of an invented paper."""
    made: dict[str, object] = {"id": "2511.00001", "title": "Rust on Girders", **values}
    return gather_facts(Paper(**made), None, statistics(), ("Rust",)).facts  # type: ignore[arg-type]


def test_abstract_authors_and_one_liner_are_written_without_tex() -> None:
    made = facts(
        abstract=(
            r"Girders rust in \emph{salt} (\eg, at sea). Our \textbf{R}ust method learns how \textit{rust} spreads "
            r"along rivets. It gains 5.8\% on SDNET2018. Code: \href{https://github.com/a/b}{this https URL}."
        ),
        authors=(r"Andr\'e Lane", "Bo Quill"),
    )
    written = " ".join((made.abstract or "", made.summary or "", *made.authors))
    assert "\\" not in written
    assert "André Lane" in made.authors
    assert made.abstract is not None
    assert made.abstract.endswith("It gains 5.8% on SDNET2018. Code: https://github.com/a/b.")
    assert made.summary == "learns how rust spreads along rivets."
    assert made.code_url == "https://github.com/a/b"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        (r"SD$^2$: Rust on \textit{Girders}", "SD²: Rust on Girders"),
        (r"LLM$\times$MapReduce", "LLM×MapReduce"),
        (r"$\texttt{SPECS}$ & Rust", "SPECS & Rust"),
        (r"Rust with $500 of Salt", "Rust with $500 of Salt"),
        (r"$\tau$-Bench for Rust", r"$\tau$-Bench for Rust"),
    ],
)
def test_a_title_is_written_without_tex_where_it_stays_the_same_title(title: str, written: str) -> None:
    made = facts(title=title)
    assert made.title == written
    assert title_key(made.title) == title_key(title)
