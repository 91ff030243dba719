"""Drafts an entry for every paper that was judged: facts by rule, a model's words where they stand the guard."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from triage.collection import Store
from triage.config import Llm
from triage.drafting.answers import Accepted, Answer, Source, check_answer, has_markup, merged
from triage.drafting.calling import Asked, Budget, Caller, Objection
from triage.drafting.entry import STEP as ENTRY
from triage.drafting.entry import edited, other_text
from triage.drafting.questions import Asker, Earned, Question, weigh
from triage.drafting.rules import ListStatistics, gather_facts, learn_flags, learn_statistics, reading_texts
from triage.drafting.tex import plain_text
from triage.drafting.trial import MOST, try_model
from triage.errors import ListError, TriageError
from triage.lists.document import Document
from triage.lists.format import House, render
from triage.lists.problems import refusal
from triage.llm.injection import looks_like_prompt_injection
from triage.models import Choice, Draft, Facts, FullText, Problem, Record, SectionPath, show_path
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
    trial: int
    max_answer_tokens: int
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
) -> DraftReport:
    """Drafts each of `records` whose newest draft was not made from the same paper, section and format, and, with a
    model, by the same prompt; with `again` all of them. A reply that came before is not paid for again, but by `again`.

    A paper that cannot be drafted keeps its problem and stops nothing; when the model fails, the offline draft stands.
    Before a model's votes count it is tried on `trial` of the list's own entries, once (0: its votes never count),
    unless there is but one paper to ask about. `no_model` says why the model that the settings name is not there;
    `tell` takes a line for a person to read.
    """
    flags = {} if house.style.mark else learn_flags(document.text, house.style.marks)
    run = _Run(
        store,
        document,
        house,
        learn_statistics(document.entries),
        again,
        flags,
        trial,
        settings.max_answer_tokens,
        tell,
    )
    asker = _asker(run, model) if model else None
    works: list[_Work] = []
    problems: list[Problem] = []
    for record in records:
        try:
            work = _prepare(run, record, asker)
        except TriageError as error:
            problems.append(Problem(record.paper.id, STEP, str(error)))
            store.papers.set_problem(problems[-1])
        else:
            store.papers.clear_problem(record.paper.id, STEP)
            works += [work] if work else []
    kept = len(records) - len(works) - len(problems)
    if model is None or asker is None:
        note = f"{settings.model} was not asked: {no_model}" if no_model else ""
        _save_offline(run, works, note, progress)
        return DraftReport(run.drafted, kept, tuple(problems), failures=(note,) if note else ())
    budget = Budget(settings.max_tokens_per_fetch)
    caller = Caller(model, store.calls, asker.prompts[2], budget, settings.parallel, settings.max_answer_tokens)
    _with_model(run, works, asker, caller, progress)
    failures = tuple(_failures(run, model.name))
    return DraftReport(run.drafted, kept, tuple(problems), run.by_model, run.refused, budget.used, failures)


def _prepare(run: _Run, record: Record, asker: Asker | None) -> _Work | None:
    """The draft that rules alone make of this paper; None if the one it has was made from the same things. A draft that
    a model helped with stands, without a model, as long as the rules would say the same."""
    paper, section, before = record.paper, _section(record), record.draft
    text = run.store.texts.get(paper.id)
    base = key = _key(record, text, run, section)
    offered = before.offered if before else ()
    if asker:
        offered = asker.offered(record.judgement, before)
        key = f"{base}+{asker.fingerprint(section, offered)}"
    if before and not run.again:
        same = before.key in (key, _cut(key, run.max_answer_tokens)) if asker else _by_rule(before.key) == base
        if same:
            return None
    told = gather_facts(paper, text, run.statistics, section, run.flags)
    notes = told.notes
    if text and text.source == "abstract" and text.note:
        notes = (f"only the abstract was read: {text.note}", *notes)
    entry = render(run.house, told.facts, section)
    return _Work(record, text, Draft(paper.id, section, told.facts, entry, notes=notes, key=key, offered=offered))


def _by_rule(key: str) -> str:
    """The part of a draft's key that stands for what the rules made it from."""
    return key.partition("+")[0]


def _cut(key: str, max_tokens: int) -> str:
    """The key of a draft that waits for a longer answer than this, beside the `key` of one that does not."""
    return f"{key}+{max_tokens}"


def _save_offline(run: _Run, works: Sequence[_Work], note: str, progress: Progress) -> None:
    with progress("drafting", len(works)) as advance:
        for work in works:
            _save(run, _noted(work.draft, note) if note else work.draft)
            advance()


def _asker(run: _Run, model: LanguageModel) -> Asker:
    known = run.store.entries.known()
    abstracts = {}
    for entry in run.document.entries:
        paper = known.get(entry.arxiv_id or "")
        if paper and entry.title:
            abstracts[entry.title] = paper.abstract
    stars = bool(run.house.style.mark)
    return Asker(model.name, run.document.title, run.statistics, run.document.entries, abstracts, stars)


def _with_model(run: _Run, works: Sequence[_Work], asker: Asker, caller: Caller, progress: Progress) -> None:
    """Asks the model about every paper, but for those whose text speaks to it."""
    by_id: dict[str, tuple[_Work, Source]] = {}
    questions = []
    for work in works:
        source = _source(run, work)
        signs = looks_like_prompt_injection("\n".join((source.text, *work.record.paper.authors)))
        if signs:
            note = f'not shown to {asker.model}: the paper\'s text speaks to a model ("{signs}")'
            _save(run, replace(work.draft, notes=(*work.draft.notes, note)))
            continue
        by_id[work.record.paper.id] = (work, source)
        question = asker.draft_question(work.record.paper, work.text, _section(work.record), work.draft.offered)
        questions.append((question, _objection(source)))
    earned = _earned(run, asker, caller, questions, progress)
    with progress("drafting", len(questions)) as advance:
        for asked in caller.ask(questions, again=run.again):
            asked_for, source = by_id[asked.question.paper_id]
            _settle(run, asked_for, source, asked, earned, caller)
            advance()


def _section(record: Record) -> SectionPath:
    return record.judgement.section if record.judgement else ()


def _source(run: _Run, work: _Work) -> Source:
    paper = work.record.paper
    title, abstract, *pages = reading_texts(paper, work.text)
    text = "\n\n".join((title, abstract, *pages, plain_text(paper.comment or "")))
    return Source(title, abstract, text, tuple(run.statistics.summaries.values()), run.statistics.gazetteer)


def _objection(source: Source) -> Callable[[Answer], str]:
    def object_to(answer: Answer) -> str:
        return check_answer(answer, source).again

    return object_to


def _settle(run: _Run, work: _Work, source: Source, asked: Asked, earned: Earned, caller: Caller) -> None:
    """Saves what came of one question: the model's draft as far as it stands, else the offline one, marked."""
    answer = asked.outcome.answer if asked.outcome else None
    if answer is None:
        _do_without(run, work, asked, caller.model.name)
        return
    kept = check_answer(answer, source)
    run.refused += bool(kept.refused)
    _save(run, _joined(run, work, asked, kept, answer, earned, caller.model.name))
    run.by_model += 1


def _do_without(run: _Run, work: _Work, asked: Asked, model: str) -> None:
    """Saves the offline draft, with a note on why the model did not help. A refused reply is not asked for again; after
    a failure the paper's next run asks, and a draft that a model made of the same paper stays, with the note."""
    outcome, before = asked.outcome, work.record.draft
    why = outcome.trouble if outcome else asked.unasked
    note = f"no usable answer from {model}: {why}" if outcome else f"{model} was not asked: {why}"
    if outcome and not outcome.failed:
        run.refused += 1
        run.failed[why.partition(":")[0]] += 1
        key = _cut(work.draft.key, run.max_answer_tokens) if outcome.cut else work.draft.key
        _save(run, _noted(replace(work.draft, key=key), note))
        return
    (run.failed if outcome or why in run.failed else run.unasked)[why] += 1
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


def _joined(run: _Run, work: _Work, asked: Asked, kept: Accepted, answer: Answer, earned: Earned, model: str) -> Draft:
    """The rules' draft with what stands of the model's answer."""
    offline, judgement = work.draft, work.record.judgement
    vote = asked.question.options.get(answer.section or "")
    choices = judgement.sections if judgement else ()
    section = weigh(choices, vote, earned, len(asked.question.options)) if choices else offline.section
    facts = merged(offline.facts, kept)
    notes = [*offline.notes, *(f"{model}: refused: {reason}" for reason in kept.refused)]
    notes += _votes(model, answer, kept, choices, section, run.house.style.mark)
    told = looks_like_prompt_injection(answer.reason) or has_markup(answer.reason)
    return replace(
        offline,
        section=section,
        facts=facts,
        entry=render(run.house, facts, section),
        by=model,
        quotes=kept.quotes,
        notes=tuple(notes),
        vote=vote,
        voted=section != offline.section,
        reason="" if told else answer.reason,
        tags=kept.tags,
    )


def _votes(
    model: str, answer: Answer, kept: Accepted, choices: Sequence[Choice], section: SectionPath, mark: str
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
    if kept.stars and mark:
        yield f"{model} would give it {mark * kept.stars}"


def _save(run: _Run, draft_: Draft) -> None:
    """Keeps the draft, with what a person said of its fields. One that cannot stand in the list is kept too, for a
    person to write differently, with a note and a problem that say so."""
    made = edited(draft_, run.store.person_facts.of(draft_.paper_id), run.house)
    reason = _refusal(run, made)
    if reason:
        told = f"its entry is refused: {reason}; {other_text(made.paper_id)}"
        made = replace(made, notes=(*made.notes, told))
        run.store.papers.set_problem(Problem(made.paper_id, ENTRY, told))
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


def _earned(
    run: _Run, asker: Asker, caller: Caller, questions: Sequence[tuple[Question, Objection]], progress: Progress
) -> Earned:
    """How the model does on the list's own entries; they are asked once per model and remembered, and not for the sake
    of a single paper."""
    name = f"trial of {asker.model}"
    before = run.store.meta.get(name)
    if before:
        return Earned(**json.loads(before))
    if run.trial == 0 or (len(questions) if run.again else caller.unasked(questions)) < 2:
        return Earned()
    trial = try_model(asker, caller, run.trial, run.tell, progress)
    if trial.whole:
        run.store.meta.set(name, json.dumps(asdict(trial.earned)))
    if trial.trouble:
        run.failed[trial.trouble] += 0
    return trial.earned


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
