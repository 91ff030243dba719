"""The text of a survey's section, made without a model, from sentences of the papers alone.

A paragraph has one idea: what the papers of a group do, how their approaches differ, which data they use, what they
report, what limits they name, what they leave open. Sentences of our own only count and name what was found.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from triage.drafting.datasets import Gazetteer, name_key
from triage.evidence.source import Evidence, Sentence
from triage.writing.aspects import Aspect, Told, best, method_name, stands_alone, tell
from triage.writing.comparison import Mention, comparison_table, data_sets, known_data_sets, metrics
from triage.writing.document import Citation, Paragraph, Part, Quotation, Section, SurveySentence, Work, words_of
from triage.writing.paraphrase import Subject, retell, subject_of
from triage.writing.threads import Thread, find_threads

SHARES = {
    Aspect.CONTRIBUTION: 0.46,
    Aspect.CONTRAST: 0.16,
    Aspect.RESULT: 0.14,
    Aspect.LIMITATION: 0.12,
    Aspect.OPEN: 0.12,
}
"""How a section's words are shared out; what one idea leaves over goes to the next."""

_LONGEST = 5
"""Papers that one paragraph of contributions tells of."""


def write_section(title: str, works: Sequence[Work], words: int, listed: Gazetteer | None = None) -> Section:
    """The section on these works, in about so many words: its table and its paragraphs. Every work is cited; one that
    is known by its title only, or that the words do not reach, is named. `listed` are data sets that the list names."""
    known = known_data_sets(works, listed)
    read = [_Read(work, tell(work.source), subject_of(work.facts.authors)) for work in works if work.source.sentences]
    paragraphs = list(_paragraphs(title, read, words, known))
    table = comparison_table(title, works, known)
    told = {one.key for paragraph in paragraphs for sentence in paragraph.sentences for one in sentence.citations}
    named = _named([work for work in works if work.key not in told], bool(paragraphs))
    return Section(title, (*paragraphs, *named), (table,) if table else ())


@dataclass(frozen=True, slots=True)
class _Read:
    """A work with what its sentences tell."""

    work: Work
    told: tuple[Told, ...]
    subject: Subject


def _paragraphs(title: str, read: Sequence[_Read], words: int, known: Gazetteer) -> Iterator[Paragraph]:
    used: set[Sentence] = set()
    spare = 0.0
    for aspect, write in _WRITERS:
        budget = SHARES[aspect] * words + spare
        made = write(title, read, int(budget), used) if aspect in SHARES else []
        spare = budget - sum(words_of(paragraph.sentences) for paragraph in made)
        yield from made
        if aspect == Aspect.CONTRAST:
            yield from _on_data(read, known)


def _contributions(title: str, read: Sequence[_Read], words: int, used: set[Sentence]) -> list[Paragraph]:
    """What the papers do: a paragraph for each group that shares a phrase, then the others."""
    by_key = {one.work.key: one for one in read}
    threads, others = find_threads([one.work for one in read], title)
    paragraphs = []
    for thread in threads:
        told = list(_retold([by_key[work.key] for work in thread.works], Aspect.CONTRIBUTION, used))
        if told:
            paragraphs.append(Paragraph((_lead(thread), *told), "contributions"))
    rest = iter(_retold([by_key[work.key] for work in others], Aspect.CONTRIBUTION, used))
    while some := tuple(islice(rest, _LONGEST)):
        paragraphs.append(Paragraph(some, "contributions"))
    return _within(paragraphs, words)


def _within(paragraphs: list[Paragraph], words: int) -> list[Paragraph]:
    """Paragraphs, shortened from their ends in turn until they keep to so many words; two sentences of each stay."""
    while sum(words_of(one.sentences) for one in paragraphs) > words:
        longest = max(paragraphs, key=lambda one: len(one.sentences))
        if len(longest.sentences) <= 2:
            break
        paragraphs[paragraphs.index(longest)] = Paragraph(longest.sentences[:-1], longest.about)
    return paragraphs


def _lead(thread: Thread) -> SurveySentence:
    """ "Three papers deal with diffusion models", with the sentence or the title of each that says so."""
    evidence = [_evidence(work, sentence) for work in thread.works if (sentence := thread.where[work.key]) is not None]
    pages = {work.key: sentence.page if (sentence := thread.where[work.key]) else None for work in thread.works}
    cited = tuple(Citation(work.key, pages[work.key]) for work in thread.works)
    return SurveySentence(
        (f"{_count(len(thread.works))} papers deal with {thread.phrase}", *cited, "."), tuple(evidence)
    )


def _retold(read: Sequence[_Read], aspect: Aspect, used: set[Sentence]) -> Iterator[SurveySentence]:
    for one in read:
        sentence = _first_retold(one, aspect, used)
        if sentence:
            yield sentence


def _first_retold(one: _Read, aspect: Aspect, used: set[Sentence]) -> SurveySentence | None:
    for told in best(one.told, aspect):
        if told.sentence in used:
            continue
        text = retell(told.sentence.text, one.subject, method_name(one.work.source.title))
        if text and stands_alone(text) > 0:
            used.add(told.sentence)
            return _sentence(one.work, told.sentence, (text,))
    return None


def _told_of(aspect: Aspect, fallback: Aspect | None = None) -> "_Write":
    """Writes a paragraph of sentences told of their authors, the most telling first, as far as the words go."""

    def write(title: str, read: Sequence[_Read], words: int, used: set[Sentence]) -> list[Paragraph]:
        made: list[SurveySentence] = []
        for one in _by_worth(read, aspect, fallback):
            if words_of(made) >= words:
                break
            found = _first_retold(one, aspect, used)
            if found is None and fallback:
                found = _first_retold(one, fallback, used)
            made += [found] if found else []
        return [Paragraph(tuple(made[at : at + 6]), aspect.value) for at in range(0, len(made), 6)]

    return write


def _by_worth(read: Sequence[_Read], aspect: Aspect, fallback: Aspect | None) -> list[_Read]:
    def worth(one: _Read) -> float:
        return max((told.worth for told in one.told if told.aspect in (aspect, fallback)), default=0.0)

    return sorted((one for one in read if worth(one) > 0), key=worth, reverse=True)


_FRAMES = {
    Aspect.LIMITATION: (
        ("On the limits of their work, {}: ", "write"),
        ("{}: ", "note"),
        ("In the words of {}, ", ""),
        ("{}: ", "state"),
        ("{}: ", "concede"),
    ),
    Aspect.OPEN: (
        ("On what comes next, {}: ", "write"),
        ("{}: ", "add"),
        ("{} look ahead: ", ""),
        ("{}: ", "conclude"),
    ),
}
"""How a quotation is introduced, in turn: the words around the authors, and the verb after them."""


def _quoted(aspect: Aspect) -> "_Write":
    """Writes a paragraph of quotations, one of each paper, the most telling first, as far as the words go."""

    def write(title: str, read: Sequence[_Read], words: int, used: set[Sentence]) -> list[Paragraph]:
        made: list[SurveySentence] = []
        for one in _by_worth(read, aspect, None):
            if words_of(made) >= words:
                break
            told = next((told for told in best(one.told, aspect) if told.sentence not in used), None)
            if told and '"' not in told.sentence.text and "“" not in told.sentence.text:
                used.add(told.sentence)
                made.append(_quotation(one, told.sentence, _FRAMES[aspect][len(made) % len(_FRAMES[aspect])]))
        return [Paragraph(tuple(made), aspect.value)] if made else []

    return write


def _quotation(one: _Read, sentence: Sentence, frame: tuple[str, str]) -> SurveySentence:
    words, verb = frame
    said = f" {verb if one.subject.plural else verb + 's'}" if verb else ""
    before = words.format(f"{one.subject.name}{said}")
    quote = " ".join(sentence.text.split()).rstrip(".")
    return _sentence(one.work, sentence, (before[0].upper() + before[1:], Quotation(quote)))


_Write = Callable[[str, Sequence[_Read], int, set[Sentence]], list[Paragraph]]
_WRITERS: tuple[tuple[Aspect, _Write], ...] = (
    (Aspect.CONTRIBUTION, _contributions),
    (Aspect.CONTRAST, _told_of(Aspect.CONTRAST, Aspect.APPROACH)),
    (Aspect.RESULT, _told_of(Aspect.RESULT)),
    (Aspect.LIMITATION, _quoted(Aspect.LIMITATION)),
    (Aspect.OPEN, _quoted(Aspect.OPEN)),
)


def _on_data(read: Sequence[_Read], known: Gazetteer) -> list[Paragraph]:
    """Which data sets and metrics the papers name, each with the sentence that names it."""
    sentences = [
        *_shared_and_single(
            [(one.work, mention) for one in read for mention in data_sets(one.work, known)], "data sets"
        ),
        *_shared_and_single([(one.work, mention) for one in read for mention in metrics(one.work)], "metrics"),
    ]
    return [Paragraph(tuple(sentences), "data sets and metrics")] if sentences else []


def _shared_and_single(found: Sequence[tuple[Work, Mention]], what: str) -> Iterator[SurveySentence]:
    """ "BraTS is named by three papers", the commonest first; then what one paper alone names."""
    by_name: dict[str, list[tuple[Work, Mention]]] = {}
    for work, mention in found:
        by_name.setdefault(name_key(mention.name), []).append((work, mention))
    shared = sorted((rows for rows in by_name.values() if len(rows) > 1), key=lambda rows: -len(rows))
    for place, rows in enumerate(shared[:_MOST_SHARED]):
        yield _of_mentions(f"{rows[0][1].name} {_NAMED_BY[what][place % 2].format(_count(len(rows)).lower())}", rows)
    single = [rows[0] for rows in by_name.values() if len(rows) == 1]
    if single and what == "data sets":
        yield _single(single[:_MOST_SINGLE], bool(shared))


_MOST_SHARED, _MOST_SINGLE = 5, 12
_NAMED_BY = {
    "data sets": ("is among the data sets of {} papers", "is named in {} papers"),
    "metrics": ("is reported in {} papers", "is given in {} papers"),
}


def _of_mentions(text: str, rows: Sequence[tuple[Work, Mention]]) -> SurveySentence:
    cited = tuple(Citation(work.key, mention.sentence.page) for work, mention in rows)
    return SurveySentence((text, *cited, "."), tuple(_evidence(work, mention.sentence) for work, mention in rows))


def _single(rows: Sequence[tuple[Work, Mention]], after_others: bool) -> SurveySentence:
    """The data sets that one paper alone names, each followed by its citation."""
    opening = "Others are" if after_others else "The data sets named are"
    opening = opening if len(rows) > 1 else ("Another is" if after_others else "The one data set named is")
    parts: list[Part] = []
    for place, (work, mention) in enumerate(rows):
        joint = f"{opening} " if place == 0 else (" and " if place == len(rows) - 1 else ", ")
        parts += [f"{joint}{mention.name}", Citation(work.key, mention.sentence.page)]
    return SurveySentence((*parts, "."), tuple(_evidence(work, mention.sentence) for work, mention in rows))


def _named(works: Sequence[Work], after_others: bool) -> list[Paragraph]:
    """The works of which the text says nothing, by their titles."""
    if not works:
        return []
    parts: list[Part] = ["Also in this group: " if after_others else "In this group: "]
    for place, work in enumerate(works):
        parts += ["; " * (place > 0) + " ".join(work.source.title.split()), Citation(work.key)]
    return [Paragraph((SurveySentence((*parts, ".")),), "named only")]


def _sentence(work: Work, sentence: Sentence, parts: Sequence[Part]) -> SurveySentence:
    return SurveySentence((*parts, Citation(work.key, sentence.page), "."), (_evidence(work, sentence),))


def _evidence(work: Work, sentence: Sentence) -> Evidence:
    return Evidence(f"{work.key}:{sentence.page}:{sentence.start}", work.source, sentence)


_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


def _count(number: int) -> str:
    """A count as a sentence begins with it."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
