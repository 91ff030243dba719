"""Papers, problems and counts in words, for every screen. Every text from a paper, list or model is made harmless."""

import re
from collections.abc import Sequence

from triage.identity import file_stem, title_key
from triage.models import HeldOut, Neighbour, Problem, Record, SectionPath, Stage, Verdict, show_path
from triage.screens.console import one_line, plural, shorten, web_address
from triage.steps.review import Counts

MARKS = {Verdict.ACCEPT: "✓", Verdict.REJECT: "✗", Verdict.LATER: "…"}
DONE = {Verdict.ACCEPT: "accepted", Verdict.REJECT: "rejected", Verdict.LATER: "kept for later"}
COUNTED = {
    Stage.ACCEPTED: "accepted",
    Stage.PUBLISHED: "published",
    Stage.REJECTED: "rejected",
    Stage.LATER: "kept for later",
}
"""What becomes of a decided paper, in the order of the counts."""
SUGGESTED = 9
"""How many sections can be chosen with a digit."""

_ALIKE = 0.7
"""Titles that share this part of their words are taken for the same paper's."""
_SHOWN_DOUBT = 0.2
"""From this probability on, that no section fits is shown."""
SHOWN_CHANCE = 0.005
"""From this probability on, a section is shown among the suggestions."""
_TITLE = 60
_NAMED = 5
"""How many papers with the same problem are named."""


def section_name(path: SectionPath) -> str:
    """A section's path as one line, or "no section yet"."""
    return one_line(show_path(path)) or "no section yet"


def percent(share: float) -> str:
    """0.824 as "82 %"; never 0 or 100 %, since nothing here is certain."""
    return f"{min(max(round(100 * share), 1), 99)} %"


def authors(names: Sequence[str], most: int = 6) -> str:
    """The authors on one line, at most `most` of them."""
    shown = ", ".join(one_line(name) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def venue(record: Record) -> str:
    """Where and when it appeared, as far as known: "MICCAI 2025 · 3 June 2025 · cs.CV, eess.IV"."""
    facts, paper = record.draft.facts if record.draft else None, record.paper
    parts: list[str] = []
    if facts and facts.venue:
        parts.append(one_line(f"{facts.venue} {facts.year or ''}"))
    elif paper.journal_ref:
        parts.append(one_line(paper.journal_ref))
    else:
        parts.append("preprint")
    if paper.published:
        parts.append(f"{paper.published.day} {paper.published:%B %Y}")
    if paper.categories:
        parts.append(one_line(", ".join(paper.categories[:4])))
    if paper.comment:
        parts.append(one_line(paper.comment)[:100])
    return " · ".join(parts)


def links(record: Record) -> dict[str, str]:
    """The paper's addresses by what they lead to; only http and https."""
    facts, paper = record.draft.facts if record.draft else None, record.paper
    found = {"abs": abstract_page(record), "pdf": web_address(paper.pdf_url)}
    if facts:
        found |= {"paper": web_address(facts.paper_url), "code": web_address(facts.code_url)}
        found |= {"project": web_address(facts.project_url), "data": web_address(facts.data_url)}
    return {name: url for name, url in found.items() if url}


def abstract_page(record: Record) -> str | None:
    """The address of the abstract: the feed's, else arXiv's for an arXiv id, else the DOI's."""
    paper = record.paper
    if web_address(paper.abs_url):
        return paper.abs_url
    if re.fullmatch(r"\d{4}\.\d{4,5}|[a-z.A-Z-]+/\d{7}", paper.id):
        return f"https://arxiv.org/abs/{paper.id}"
    return web_address(f"https://doi.org/{paper.doi}") if paper.doi else None


def twin(title: str, neighbours: Sequence[Neighbour]) -> Neighbour | None:
    """The listed entry that seems to be the same paper: at least seven in ten of the two titles' words are shared."""
    words = set(re.findall(r"\w+[+#]*", title.casefold()))
    for near in neighbours:
        others = set(re.findall(r"\w+[+#]*", near.title.casefold()))
        if title_key(near.title) == title_key(title) or len(words & others) >= _ALIKE * len(words | others) > 0:
            return near
    return None


def remarks(record: Record) -> list[str]:
    """What a reviewer should know first: no PDF, which model drafted it, a listed twin, problems, what was refused."""
    notes = [one_line(note) for note in (record.draft.remarks if record.draft else ())]
    said: list[str] = []
    if record.text_source != "pdf" and not any("PDF" in note for note in notes):
        said.append("no PDF read")
    if record.draft and record.draft.by != "rules":
        said.append(f"drafted by {one_line(record.draft.by)}")
    near = twin(record.paper.title, record.judgement.neighbours) if record.judgement else None
    if near:
        said.append(f"preprint of a listed paper? {one_line(near.title)} ({section_name(near.section)})")
    said += [f"{one_line(p.step)}: {one_line(p.message)}" for p in record.problems]
    return said + notes


def suggestions(record: Record) -> tuple[SectionPath, ...]:
    """The judge's sections, likeliest first, for the keys 1 to 9."""
    return tuple(choice.section for choice in record.judgement.sections[:SUGGESTED]) if record.judgement else ()


def held_out_line(tried: HeldOut) -> str:
    """How many relevant papers are probably set aside, estimated from the list's own entries."""
    also = (
        f", and {tried.accepted_missed} of {tried.accepted} papers that you accepted" if tried.accepted_missed else ""
    )
    share, low, high = (f"{round(100 * number)} %" for number in (tried.share, *tried.bounds))
    return (
        f"of {plural(tried.entries, 'entry', 'entries')} of your list, each judged as if it were new, {tried.missed}"
        f" would have been set aside{also}: {share} ({low} to {high})"
    )


def batch_line(count: int, recall: float) -> str:
    """How many of the relevant papers are among the `count` most relevant ones of a long queue."""
    return (
        f"the {count} most relevant papers in the queue hold about {percent(recall)} of the relevant ones (estimated"
        f" from your list's own entries): triage review --top {count}"
    )


def section_line(record: Record, section: SectionPath) -> str:
    """The section, how sure the judge is of it, and how relevant the paper seems."""
    judged = record.judgement
    if judged is None:
        return f"{section_name(section)} (not judged)"
    chance = next((choice.probability for choice in judged.sections if choice.section == section), None)
    sure = f"{percent(chance)} sure" if chance is not None else "your choice"
    doubted = judged.none_fits > _SHOWN_DOUBT and judged.cluster is None
    doubt = f", no section fits: {percent(judged.none_fits)}" if doubted else ""
    return f"{section_name(section)} ({sure}, relevance {percent(judged.relevance)}{doubt})"


def new_section_line(record: Record) -> str:
    """The section that the paper would start if none fits, or "": `no section fits (63 %): would start “video anomaly ·
    surveillance”, with “Crowds at Night” and 2 more`."""
    judged = record.judgement
    cluster = judged.cluster if judged else None
    if judged is None or cluster is None:
        return ""
    words = f"“{one_line(cluster.name)}”" if cluster.words else "one"
    beside = f"with “{shorten(cluster.papers[0], _TITLE)}”" if cluster.papers else "by itself"
    others = len(cluster.papers) - 1 + cluster.more
    more = f" and {others} more" if cluster.papers and others else ""
    return f"no section fits ({percent(judged.none_fits)}): would start {words}, {beside}{more}"


def new_section(record: Record) -> SectionPath:
    """The section that the paper would start; () if it would not start one."""
    return record.judgement.new_section if record.judgement else ()


def runners_up(record: Record, section: SectionPath) -> list[tuple[int, str]]:
    """The judge's other sections, each with the key that takes it: (2, "A > B 12 %")."""
    if record.judgement is None:
        return []
    return [
        (number, f"{section_name(choice.section)} {percent(choice.probability)}")
        for number, choice in enumerate(record.judgement.sections[:SUGGESTED], 1)
        if choice.section != section and (choice.probability >= SHOWN_CHANCE or number <= 3)
    ]


def key_hint(number: int) -> str:
    """A digit to press, in brackets, since names of sections may begin with numbers too: "[2]"."""
    return f"[{number}]"


def decided_line(verdict: Verdict) -> str:
    """What was decided on a paper in this review, and how to change it."""
    return f"Decided: {DONE[verdict]}. Another decision replaces this one; u undoes it."


def evidence(record: Record) -> list[str]:
    """Why the paper belongs there, a line each: the nearest listed entries, its listed authors, and quotations."""
    known, quotes = listed_authors(record), record.draft.quotes if record.draft else {}
    return [
        *(f"similar: {line}" for line in nearest(record)),
        *([known] if known else []),
        *(f"{one_line(name)}: “{one_line(quote)}”" for name, quote in quotes.items()),
    ]


def nearest(record: Record) -> list[str]:
    """The nearest listed entries, one per line, each with its cosine similarity."""
    near = record.judgement.neighbours[:3] if record.judgement else ()
    return [f"{one.similarity:.2f} {one_line(one.title)} ({section_name(one.section)})" for one in near]


def listed_authors(record: Record) -> str:
    """Its authors who have entries, or "": `listed authors: Ada Boiler (3 entries), Tom Spout (1 entry)`."""
    known = record.judgement.listed_authors if record.judgement else ()
    said = ", ".join(f"{one_line(name)} ({plural(count, 'entry', 'entries')})" for name, count in known)
    return f"listed authors: {said}" if said else ""


def weighed(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words that weighed most in the judgement are in `text`: start and end offsets, in order."""
    stems = sorted({re.escape(word.strip()) for word in words if len(word.strip()) > 2}, key=len, reverse=True)
    if not stems:
        return []
    return [found.span() for found in re.finditer(rf"\b(?:{'|'.join(stems)})\w{{0,3}}\b", text, re.IGNORECASE)]


def counts_line(counted: Counts) -> str:
    """What this review's decisions are now: "2 accepted, 1 rejected, 0 kept for later"."""
    here = counted.decided
    said = {stage: word for stage, word in COUNTED.items() if here[stage] or stage is not Stage.PUBLISHED}
    return ", ".join(f"{here[stage]} {word}" for stage, word in said.items())


def problem_lines(problems: Sequence[Problem], most: int | None = None) -> list[str]:
    """One line per kind of problem: those that differ only in the paper share one. Of many kinds the `most` frequent,
    and how many problems are left out."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.step, _without_paper(problem)), []).append(problem)
    kinds = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    lines = []
    for (step, message), group in kinds[:most]:
        if len(group) == 1:
            lines.append(one_line(f"problem: {group[0].paper_id} ({step}): {group[0].message}"))
            continue
        ids = ", ".join(problem.paper_id for problem in group[:_NAMED])
        more = f" and {len(group) - _NAMED:,} more" if len(group) > _NAMED else ""
        lines.append(one_line(f"problem: {len(group):,} papers ({step}): {message}: {ids}{more}"))
    left = sum(len(group) for _, group in kinds[len(lines) :])
    return [*lines, *([f"and {plural(left, 'more problem')}; `triage status` lists them"] if left else [])]


def _without_paper(problem: Problem) -> str:
    """The message without what names the paper: its id, in any spelling and version, and the file named after it."""
    message = problem.message
    for name in (problem.paper_id, file_stem(problem.paper_id)):
        message = re.sub(rf"(?<![\w.]){re.escape(name)}(?:v\d+)?(?:\.pdf)?(?![\w])", "ID", message)
    return message
