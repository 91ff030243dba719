"""Drafts an entry for every paper that was judged: facts by rule, a model's words where they stand the guard."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.config import Llm
from triage.drafting.answer import Answer
from triage.drafting.asker import MOST_SECTIONS, Asker, trial_entries
from triage.drafting.calling import Asked, Budget, Caller
from triage.drafting.checking import Kept, Source, check_answer
from triage.drafting.guard import has_markup
from triage.drafting.habits import Habits, learn_habits
from triage.drafting.injection import talks_to_a_model
from triage.drafting.marks import learn_flags
from triage.drafting.merge import merged
from triage.drafting.offline import gather_facts, reading_texts
from triage.drafting.vote import Earned, weigh
from triage.errors import TriageError
from triage.lists.document import Document
from triage.lists.house import House, render
from triage.models import Choice, Draft, Facts, FullText, Paper, Problem, Record, SectionPath, show_path
from triage.services import LanguageModel, Progress
from triage.storage import Store
from triage.storage.codec import dump

STEP = "draft"
ALGORITHM = "draft-1"
"""Changes when the same paper and list would give another offline draft."""

TRIAL = 24
"""How many of the list's own entries a model is tried on before its votes count."""


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What a run of `draft` did: papers drafted (of them `by_model` with a model's help), drafts found as good as new,
    replies of which something was refused, tokens used, and what went wrong. `trouble` says once why the model was of
    no use; the offline drafts stand then."""

    drafted: int
    kept: int
    problems: tuple[Problem, ...] = ()
    by_model: int = 0
    refused: int = 0
    tokens: int = 0
    trouble: str = ""


@dataclass
class _Run:
    """What one run works with, and its counts."""

    store: Store
    document: Document
    house: House
    habits: Habits
    again: bool
    flags: Mapping[str, str]
    trial: int = TRIAL
    drafted: int = 0
    by_model: int = 0
    refused: int = 0


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
    trial: int = TRIAL,
) -> DraftReport:
    """Drafts each of `records` whose newest draft was not made from the same paper, section, list and format, and, with
    a model, the same prompt; with `again` all of them (a reply that was kept is not paid for again).

    A paper that cannot be drafted keeps its problem and stops nothing; when the model fails, the offline draft stands.
    Before a model's votes count it is tried on `trial` of the list's own entries, once (0: its votes never count).
    """
    flags = {} if house.style.mark else learn_flags(document.text, house.style.marks)
    run = _Run(store, document, house, learn_habits(document.entries), again, flags, trial)
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
        _save_offline(run, works, progress)
        return DraftReport(run.drafted, kept, tuple(problems))
    caller = Caller(model, store.calls, asker.prompts[2], Budget(settings.max_tokens_per_fetch), settings.parallel)
    _with_model(run, works, asker, caller, progress)
    trouble = caller.over[0] if caller.over else ""
    return DraftReport(run.drafted, kept, tuple(problems), run.by_model, run.refused, caller.budget.used, trouble)


def _prepare(run: _Run, record: Record, asker: Asker | None) -> _Work | None:
    """The draft that rules alone make of this paper; None if the one it has was made from the same things. A draft that
    a model helped with stands, without a model, as long as the rules would say the same."""
    paper, section, before = record.paper, record.judgement.section if record.judgement else (), record.draft
    text = run.store.texts.get(paper.id)
    base = _key(record, text, run, section)
    key = f"{base}+{asker.fingerprint(record.judgement)}" if asker else base
    if before and not run.again and (before.key == key or (asker is None and before.key.partition("+")[0] == base)):
        return None
    told = gather_facts(paper, text, run.habits, section, run.flags)
    notes = told.notes
    if text and text.source == "abstract" and text.note:
        notes = (f"only the abstract was read: {text.note}", *notes)
    entry = render(run.house, told.facts, section)
    return _Work(record, text, Draft(paper.id, section, told.facts, entry, notes=notes, key=key))


def _save_offline(run: _Run, works: Sequence[_Work], progress: Progress) -> None:
    with progress("drafting", len(works)) as advance:
        for work in works:
            _save(run, work.draft)
            advance()


def _asker(run: _Run, model: LanguageModel) -> Asker:
    known = run.store.known.all()
    abstracts = {}
    for entry in run.document.entries:
        paper = known.get(entry.arxiv_id or "")
        if paper and entry.title:
            abstracts[entry.title] = paper.abstract
    stars = bool(run.house.style.mark)
    return Asker(model.name, run.document.title, run.habits, run.document.entries, abstracts, stars)


def _with_model(run: _Run, works: Sequence[_Work], asker: Asker, caller: Caller, progress: Progress) -> None:
    """Asks the model about every paper, but for those whose text speaks to it."""
    by_id: dict[str, tuple[_Work, Source]] = {}
    questions = []
    for work in works:
        source = _source(run, work)
        signs = talks_to_a_model("\n".join((source.text, *work.record.paper.authors)))
        if signs:
            note = f'not shown to {asker.model}: the paper\'s text speaks to a model ("{signs}")'
            _save(run, replace(work.draft, notes=(*work.draft.notes, note)))
            continue
        by_id[work.record.paper.id] = (work, source)
        question = asker.draft_question(work.record.paper, work.text, work.record.judgement)
        questions.append((question, _objection(source)))
    if not questions:
        return
    earned = _earned(run, asker, caller, progress)
    with progress("drafting", len(questions)) as advance:
        for asked in caller.ask(questions):
            asked_for, source = by_id[asked.question.paper_id]
            _settle(run, asked_for, source, asked, earned, caller.model.name)
            advance()


def _source(run: _Run, work: _Work) -> Source:
    paper, judgement = work.record.paper, work.record.judgement
    names = tuple(name for choice in (judgement.sections if judgement else ()) for name in choice.section)
    text = "\n\n".join((*reading_texts(paper, work.text), paper.comment or ""))
    return Source(text, paper.abstract, tuple(run.habits.summaries.values()), names, run.habits.gazetteer)


def _objection(source: Source) -> Callable[[Answer], str]:
    def object_to(answer: Answer) -> str:
        return check_answer(answer, source).again

    return object_to


def _settle(run: _Run, work: _Work, source: Source, asked: Asked, earned: Earned, model: str) -> None:
    """Saves what came of one question: the model's draft as far as it stands, else the offline one, marked."""
    outcome, offline = asked.outcome, work.draft
    base = offline.key.partition("+")[0]
    if outcome is None or outcome.answer is None:
        why = asked.unasked or (outcome.trouble if outcome else "")
        lasting = bool(outcome and outcome.attempts and all(attempt.reply for attempt in outcome.attempts))
        note = (
            f"{model} gave nothing usable: {why}" if outcome and not outcome.over else f"{model} was not asked: {why}"
        )
        run.refused += lasting
        if lasting or not (work.record.draft and work.record.draft.key.startswith(base)) or run.again:
            _save(run, replace(offline, key=offline.key if lasting else base, notes=(*offline.notes, note)))
        return
    kept = check_answer(outcome.answer, source)
    run.refused += bool(kept.refused)
    _save(run, _joined(run, work, asked, kept, outcome.answer, earned, model))
    run.by_model += 1


def _joined(run: _Run, work: _Work, asked: Asked, kept: Kept, answer: Answer, earned: Earned, model: str) -> Draft:
    """The rules' draft with what stands of the model's answer."""
    offline, judgement = work.draft, work.record.judgement
    vote = asked.question.options.get(answer.section or "")
    choices = judgement.sections if judgement else ()
    section = weigh(choices, vote, earned, len(asked.question.options)) if choices else offline.section
    facts = merged(offline.facts, kept)
    notes = [*offline.notes, *(f"{model}: refused: {reason}" for reason in kept.refused)]
    notes += _votes(model, answer, kept, choices, section, run.house.style.mark)
    told = talks_to_a_model(answer.reason) or has_markup(answer.reason)
    return replace(
        offline,
        section=section,
        facts=facts,
        entry=render(run.house, facts, section),
        by=model,
        quotes=kept.quotes,
        notes=tuple(notes),
        vote=vote,
        reason="" if told else answer.reason,
        tags=kept.tags,
    )


def _votes(
    model: str, answer: Answer, kept: Kept, choices: Sequence[Choice], section: SectionPath, mark: str
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
    run.store.drafts.save(draft_)
    run.drafted += 1


def _earned(run: _Run, asker: Asker, caller: Caller, progress: Progress) -> Earned:
    """How the model does on the list's own entries; they are asked once per model and remembered."""
    name = f"trial of {asker.model}"
    before = run.store.meta.get(name)
    if before:
        return Earned(**json.loads(before))
    tried = trial_entries(asker.entries, run.trial)
    sections = {entry.section for entry in asker.entries}
    if len(tried) < min(run.trial, TRIAL) // 3 or not tried or len(sections) < 2:
        return Earned()
    truth, questions = {}, []
    for entry in tried:
        paper = Paper(id=f"listed: {entry.title}", title=entry.title, abstract=asker.abstracts.get(entry.title, ""))
        likely = asker.index.sections(f"{entry.title} {paper.abstract}", MOST_SECTIONS, but=entry.title)
        if len(likely) > 1:
            question = asker.file_question(paper, likely, "trial")
            truth[question.key] = entry.section
            questions.append((question, _no_objection))
    asked = right = 0
    with progress(f"trying {asker.model} on the list's own entries", len(questions)) as advance:
        for done in caller.ask(questions):
            if done.outcome and done.outcome.answer:
                asked += 1
                right += done.question.options.get(done.outcome.answer.section or "") == truth[done.question.key]
            elif done.outcome and not done.outcome.over:
                asked += 1
            advance()
    if asked == len(questions):
        run.store.meta.set(name, json.dumps({"asked": asked, "right": right}))
    return Earned(asked, right)


def _no_objection(answer: Answer) -> str:
    return ""


_PROBE = Facts(
    title="Title: Of One", authors=("Ada First", "Bo Second", "Cy Third"), venue="Venue", year=2001,
    day=date(2001, 2, 3), arxiv_id="0102.00001", doi="10.1000/1", paper_url="https://a.example/p",
    code_url="https://a.example/c", project_url="https://a.example/j", data_url="https://a.example/d",
    summary="does one thing", abstract="One. Two.", datasets=("One", "Two"), figure_url="https://a.example/f.png",
    stars=2, marks=("*",),
)  # fmt: skip
_BARE_PROBE = Facts(title="Title", authors=("Ada First",), year=2001, arxiv_id="0102.00001")


def _key(record: Record, text: FullText | None, run: _Run, section: SectionPath) -> str:
    """A hash of all that the draft is made from; the format counts by what it does to two probes."""
    shape = [render(run.house, probe, section) for probe in (_PROBE, _BARE_PROBE)]
    read = f"{text.source} {text.version}" if text else ""
    parts = [
        ALGORITHM,
        dump(record.paper),
        read,
        repr(section),
        repr(sorted(run.flags.items())),
        *shape,
        run.habits.fingerprint,
    ]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
