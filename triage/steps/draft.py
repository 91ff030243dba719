"""Drafts an entry for every paper that was judged: facts by rule, and what stands of a model's answer."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from triage.collection import Store
from triage.config import Llm
from triage.drafting.checks import Accepted, Source, check_answer, has_markup, merged
from triage.drafting.entry import STEP as ENTRY
from triage.drafting.entry import edited, other_text
from triage.drafting.question import Answer, Questions, load_prompts
from triage.drafting.rules import ListStatistics, gather_facts, learn_flags, learn_statistics, reading_texts
from triage.drafting.tex import plain_text
from triage.drafting.vote import MOST, ModelTrial, try_model, weigh
from triage.errors import ListError, TriageError
from triage.house.format import House, render
from triage.house.problems import refusal
from triage.lists.document import Document
from triage.llm.asking import Asker, Budget, Question, Reply
from triage.llm.injection import looks_like_prompt_injection
from triage.models import Choice, Draft, Facts, Fault, FullText, Problem, Record, SectionPath, show_path
from triage.protocols import LanguageModel, Progress

STEP = "draft"
RULES = "rules"
ALGORITHM = "draft-3"
"""Changes when the same paper and list would give another offline draft."""


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What a run of `draft` did: papers drafted (of them `by_model` with a model's help), drafts found as good as new,
    replies of which something was refused, tokens used, and what went wrong. `failures` say, one sentence for each
    reason, why a model did not help with how many papers; drafts by rule stand then."""

    drafted: int
    kept: int
    problems: tuple[Problem, ...] = ()
    by_model: int = 0
    refused: int = 0
    tokens: int = 0
    failures: tuple[str, ...] = ()


@dataclass
class _Run:
    """What one run works with, and its counts. `failed` and `unasked` count papers by why a model did not help."""

    store: Store
    document: Document
    house: House
    statistics: ListStatistics
    again: bool
    flags: Mapping[str, str]
    max_answer_tokens: int
    trial: int
    tell: Callable[[str], None]
    drafted: int = 0
    by_model: int = 0
    refused: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    unasked: Counter[str] = field(default_factory=Counter)
    shapes: dict[SectionPath, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Work:
    """One paper with its offline draft, ready to be saved or to be asked about."""

    record: Record
    text: FullText | None
    draft: Draft


def draft(
    store: Store,
    document: Document,
    house: House,
    records: Sequence[Record],
    *,
    model: LanguageModel | None = None,
    settings: Llm,
    progress: Progress,
    again: bool = False,
    trial: int = MOST,
    no_model: str = "",
    tell: Callable[[str], None] = lambda _: None,
    prompts: Path | None = None,
) -> DraftReport:
    """Drafts each of `records` whose newest draft was not made from the same paper, section and format, and, with a
    model, by the same prompt; with `again` all of them. A reply that came before is not paid for again, but by `again`.

    A paper that cannot be drafted keeps its problem and stops nothing; when the model fails, the offline draft stands.
    Before a model's votes count it is tried on `trial` of the list's own entries, once (0: its votes never count),
    unless there is but one paper to ask about. `no_model` says why the model that the settings name is not there;
    `tell` takes a line for a person to read; `prompts` is the workspace's folder of prompts. Raises ConfigError if a
    prompt there cannot be used.
    """
    flags = {} if house.style.mark else learn_flags(document.text, house.style.marks)
    statistics = learn_statistics(document.entries)
    run = _Run(store, document, house, statistics, again, flags, settings.max_answer_tokens, trial, tell)
    questions = _questions(run, model.name, prompts) if model else None
    works: list[_Work] = []
    problems: list[Problem] = []
    for record in records:
        try:
            work = _prepare(run, record, questions)
        except TriageError as error:
            problems.append(Problem(record.paper.id, STEP, str(error)))
            store.papers.set_problem(problems[-1])
        else:
            store.papers.clear_problem(record.paper.id, STEP)
            works += [work] if work else []
    kept = len(records) - len(works) - len(problems)
    if model is None or questions is None:
        note = f"{settings.model} was not asked: {no_model}" if no_model else ""
        with progress("drafting", len(works)) as advance:
            for work in works:
                _save(run, _noted(work.draft, note) if note else work.draft)
                advance()
        return DraftReport(run.drafted, kept, tuple(problems), failures=(note,) if note else ())
    budget = Budget(settings.max_tokens_per_fetch)
    retry = questions.prompts.retry
    asker = Asker(model, store.calls, retry, budget, settings.parallel, settings.max_answer_tokens)
    _with_model(run, works, questions, asker, progress)
    failures = tuple(_failures(run, model.name))
    return DraftReport(run.drafted, kept, tuple(problems), run.by_model, run.refused, budget.used, failures)


def _questions(run: _Run, model: str, prompts: Path | None) -> Questions:
    """What makes the questions for this list."""
    entries = run.document.entries
    known = run.store.entries.known()
    papers = {entry.title: known.get(entry.arxiv_id or "") for entry in entries if entry.title}
    abstracts = {title: paper.abstract for title, paper in papers.items() if paper}
    stars = bool(run.house.style.mark)
    return Questions(model, run.document.title, run.statistics, entries, abstracts, stars, load_prompts(prompts))


def _prepare(run: _Run, record: Record, questions: Questions | None) -> _Work | None:
    """The draft that rules alone make of this paper; None if the one it has was made from the same things. A draft that
    a model helped with stands, without a model, as long as the rules would say the same."""
    paper, section, before = record.paper, _section(record), record.draft
    text = run.store.texts.get(paper.id)
    base = key = _key(record, text, run, section)
    offered = before.offered if before else ()
    if questions:
        offered = questions.offered(record.judgement, before)
        key = f"{base}+{questions.fingerprint(section, offered)}"
    if before and not run.again:
        same = before.key in (key, _cut(key, run.max_answer_tokens)) if questions else _by_rule(before.key) == base
        if same:
            return None
    extracted = gather_facts(paper, text, run.statistics, section, run.flags)
    notes = extracted.notes
    if text and text.source == "abstract" and text.note:
        notes = (f"only the abstract was read: {text.note}", *notes)
    entry = render(run.house, extracted.facts, section)
    return _Work(record, text, Draft(paper.id, section, extracted.facts, entry, notes=notes, key=key, offered=offered))


def _by_rule(key: str) -> str:
    """The part of a draft's key that stands for what the rules made it from."""
    return key.partition("+")[0]


def _cut(key: str, max_tokens: int) -> str:
    """The key of a draft that waits for a longer answer than this, beside the `key` of one that does not."""
    return f"{key}+{max_tokens}"


def _with_model(run: _Run, works: Sequence[_Work], questions: Questions, asker: Asker, progress: Progress) -> None:
    """Asks the model about every paper, but for those whose text seems to give it orders."""
    by_id: dict[str, tuple[_Work, Source]] = {}
    asked: list[Question[Answer]] = []
    for work in works:
        paper, source = work.record.paper, _source(run, work)
        signs = looks_like_prompt_injection("\n".join((source.text, *paper.authors)))
        if signs:
            note = f'not shown to {questions.model}: the paper\'s text speaks to a model ("{signs}")'
            _save(run, replace(work.draft, notes=(*work.draft.notes, note)))
            continue
        by_id[paper.id] = (work, source)
        asked.append(questions.draft(paper, work.text, _section(work.record), work.draft.offered, _objection(source)))
    trial = _trial(run, questions, asker, len(asked) if run.again else asker.unasked(asked), progress)
    with progress("drafting", len(asked)) as advance:
        for reply in asker.ask(asked, again=run.again):
            work, source = by_id[reply.question.paper_id or ""]
            if reply.answer is None:
                _do_without(run, work, reply, questions.model)
            else:
                _do_with(run, work, reply.answer, check_answer(reply.answer, source), trial, questions.model)
            advance()


def _section(record: Record) -> SectionPath:
    return record.judgement.section if record.judgement else ()


def _source(run: _Run, work: _Work) -> Source:
    paper = work.record.paper
    title, abstract, *pages = reading_texts(paper, work.text)
    text = "\n\n".join((title, abstract, *pages, plain_text(paper.comment or "")))
    return Source(title, abstract, text, tuple(run.statistics.summaries.values()), run.statistics.gazetteer)


def _objection(source: Source) -> Callable[[Answer], Fault | None]:
    return lambda answer: check_answer(answer, source).objection


def _trial(run: _Run, questions: Questions, asker: Asker, papers: int, progress: Progress) -> ModelTrial:
    """How the model does on the list's own entries. They are asked about once per model, and not for the sake of a
    single paper."""
    name = f"trial of {questions.model}"
    before = run.store.meta.get(name)
    if before:
        return ModelTrial(**json.loads(before))
    if papers < 2:
        return ModelTrial()
    trial = try_model(questions, asker, run.trial, run.tell, progress)
    if trial.whole:
        run.store.meta.set(name, json.dumps({"asked": trial.asked, "right": trial.right}))
    if trial.trouble:
        run.failed[trial.trouble] += 0
    return trial


def _do_without(run: _Run, work: _Work, reply: Reply[Answer], model: str) -> None:
    """Saves the offline draft, with a note on why the model did not help. A refused reply is not asked for again; after
    a failure the paper's next run asks, and a draft that a model made of the same paper stays, with the note."""
    before, why = work.record.draft, str(reply.fault)
    note = f"no usable answer from {model}: {why}" if reply.asked else f"{model} was not asked: {why}"
    if reply.asked and not reply.failed:
        run.refused += 1
        run.failed[reply.fault.kind if reply.fault else ""] += 1
        key = _cut(work.draft.key, run.max_answer_tokens) if reply.cut else work.draft.key
        _save(run, _noted(replace(work.draft, key=key), note))
        return
    (run.failed if reply.asked or why in run.failed else run.unasked)[why] += 1
    base = _by_rule(work.draft.key)
    if before and _by_rule(before.key) == base and (before.by != RULES or not run.again):
        if (stays := _noted(before, note)) != before:
            run.store.drafts.save(stays)
        return
    _save(run, _noted(replace(work.draft, key=base), note))


def _noted(draft_: Draft, note: str) -> Draft:
    """The draft with this note on why a model did not help, in place of an older one."""
    others = (n for n in draft_.notes if not n.startswith("no usable answer from ") and " was not asked: " not in n)
    return replace(draft_, notes=(*others, note))


def _failures(run: _Run, model: str) -> Iterator[str]:
    """Why the model did not help, each reason once."""
    for why, papers in run.failed.items():
        where = f"for {_papers(papers)}" if papers else "in its trial"
        yield f"no usable answer from {model} {where}: {why}" + ("; drafted without it" if papers else "")
    for why, papers in run.unasked.items():
        yield f"{model} was not asked about {_papers(papers)}: {why}"


def _papers(count: int) -> str:
    return f"{count:,} {'paper' if count == 1 else 'papers'}"


def _do_with(run: _Run, work: _Work, answer: Answer, accepted: Accepted, trial: ModelTrial, model: str) -> None:
    """Saves the rules' draft with what stands of the model's answer."""
    offline, judgement = work.draft, work.record.judgement
    choices = judgement.sections if judgement else ()
    section = weigh(choices, answer.section, trial, len(offline.offered)) if choices else offline.section
    facts = merged(offline.facts, accepted)
    hidden = looks_like_prompt_injection(answer.reason) or has_markup(answer.reason)
    made = replace(
        offline,
        section=section,
        facts=facts,
        entry=render(run.house, facts, section),
        by=model,
        quotes=accepted.quotes,
        notes=(*offline.notes, *_opinions(model, answer, accepted, choices, section, run.house.style.mark)),
        refused=accepted.refused,
        vote=answer.section,
        voted=section != offline.section,
        reason="" if hidden else answer.reason,
        tags=accepted.tags,
    )
    _save(run, made)
    run.refused += bool(accepted.refused)
    run.by_model += 1


def _opinions(
    model: str, answer: Answer, accepted: Accepted, choices: Sequence[Choice], section: SectionPath, mark: str
) -> Iterator[str]:
    """What a reviewer should know of the model's opinions: they are no facts, and the paper may have asked for them."""
    if answer.section is None and choices:
        yield f"{model}: none of the sections fits"
    if choices and section != choices[0].section:
        chance = next(choice.probability for choice in choices if choice.section == section)
        yield (
            f"{model} chose {show_path(section)} ({chance:.0%}) over {show_path(choices[0].section)} "
            f"({choices[0].probability:.0%}), which the judge could not settle"
        )
    if accepted.stars and mark:
        yield f"{model} would give it {mark * accepted.stars}"


def _save(run: _Run, draft_: Draft) -> None:
    """Keeps the draft, with what a person said of its fields. One that cannot stand in the list is kept too, for a
    person to write differently, with a note and a problem that say so."""
    made = edited(draft_, run.store.person_facts.of(draft_.paper_id), run.house)
    reason = _refusal(run, made)
    if reason:
        why = f"its entry is refused: {reason}; {other_text(made.paper_id)}"
        made = replace(made, notes=(*made.notes, why))
        run.store.papers.set_problem(Problem(made.paper_id, ENTRY, why))
    else:
        run.store.papers.clear_problem(made.paper_id, ENTRY)
    run.store.drafts.save(made)
    run.drafted += 1


def _refusal(run: _Run, draft_: Draft) -> str | None:
    if run.document.section(draft_.section) is None:
        return None
    try:
        return refusal(run.document, run.house, draft_.section, draft_.entry, draft_.facts)
    except ListError as error:
        return str(error)


_PROBE = Facts(
    title="Title: Of One", authors=("Ada First", "Bo Second", "Cy Third"), venue="Venue", year=2001,
    day=date(2001, 2, 3), arxiv_id="0102.00001", doi="10.1000/1", paper_url="https://a.example/p",
    code_url="https://a.example/c", project_url="https://a.example/j", data_url="https://a.example/d",
    summary="does one thing", abstract="One. Two.", datasets=("One", "Two"), figure_url="https://a.example/f.png",
    stars=2, marks=("*",),
)  # fmt: skip
_BARE_PROBE = Facts(title="Title", authors=("Ada First",), year=2001, arxiv_id="0102.00001")


def _key(record: Record, text: FullText | None, run: _Run, section: SectionPath) -> str:
    """A hash of all that the draft is made from: the paper, what was read of it, and how the list writes an entry of
    this section. The format counts by what it does to two probes; the list's other entries do not count, else each
    one that is published would make every draft stale."""
    paper = record.paper
    if section not in run.shapes:
        run.shapes[section] = (render(run.house, _PROBE, section), render(run.house, _BARE_PROBE, section))
    parts = (
        ALGORITHM,
        (paper.id, paper.version, paper.title, paper.abstract, paper.authors, paper.comment, paper.journal_ref),
        (paper.doi, paper.published),
        (text.source, text.version) if text else None,
        section,
        sorted(run.flags.items()),
        run.shapes[section],
        run.statistics.written(section),
    )
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
