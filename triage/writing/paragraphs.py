"""The text of a survey's section, made without a model, from sentences of the papers alone.

A paragraph has one idea: what the papers of a group do, how their approaches differ, which data they use, what they
report, what limits they name, what they leave open. Sentences of our own only count and name what was found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.drafting.datasets import Gazetteer, name_key
from triage.drafting.sentences import clean
from triage.evidence.source import Evidence, Sentence
from triage.protocols import Vectors
from triage.writing.aspects import QUOTED, Aspect, Told, best, content_stems, method_name, stands_alone, tell
from triage.writing.comparison import Reported, reported, side_by_side, table_of
from triage.writing.document import Citation, Paragraph, Part, Quotation, Section, SurveySentence, Work, words_of
from triage.writing.mentions import Mention, data_sets, edition_of, known_data_sets, metrics
from triage.writing.paraphrase import Subject, retell, subject_of, without_lead
from triage.writing.threads import Thread, find_threads

SHARES = {
    Aspect.CONTRIBUTION: 0.46,
    Aspect.CONTRAST: 0.16,
    Aspect.RESULT: 0.14,
    Aspect.LIMITATION: 0.12,
    Aspect.OPEN: 0.12,
}
"""How a section's words are shared out; what one idea leaves over goes to the next."""

_LONGEST = 6
"""Sentences of one paragraph, but for a group's."""


def write_section(
    title: str,
    works: Sequence[Work],
    words: int,
    listed: Gazetteer | None = None,
    embed: Callable[[Sequence[str]], Vectors] | None = None,
) -> Section:
    """The section on these works, in about so many words: its table and its paragraphs. Every work is cited; one that
    is known by its title only, or that the words do not reach, is named. `listed` are data sets that the list names;
    `embed` turns a text for each work into unit vectors, to tell which of them are near."""
    works = sorted(works, key=lambda work: (work.facts.year or work.source.year or 0, work.key))
    known = known_data_sets(works, listed)
    named = {work.key: data_sets(work, known) for work in works}
    read = [
        _Read(work, tell(work.source), subject_of(work.facts.authors), named[work.key])
        for work in works
        if work.source.sentences
    ]
    paragraphs = list(_Writer(title, read, known, embed).paragraphs(words))
    table = table_of(title, works, named)
    told = {one.key for paragraph in paragraphs for sentence in paragraph.sentences for one in sentence.citations}
    rest = _named([work for work in works if work.key not in told], bool(paragraphs))
    return Section(title, (*paragraphs, *rest), (table,) if table else ())


@dataclass(frozen=True, slots=True)
class _Read:
    """A work with what its sentences tell, and the data sets that they name."""

    work: Work
    told: tuple[Told, ...]
    subject: Subject
    data_sets: Sequence[Mention]


class _Writer:
    """Writes the paragraphs of one section, and remembers which sentences it has used of whom."""

    def __init__(
        self,
        title: str,
        read: Sequence[_Read],
        known: Gazetteer,
        embed: Callable[[Sequence[str]], Vectors] | None,
    ) -> None:
        self._title = title
        self._read = read
        self._known = known
        self._embed = embed
        self._used: dict[str, list[set[str]]] = {}

    def paragraphs(self, words: int) -> Iterator[Paragraph]:
        """The paragraphs in order. What one idea leaves over of its words goes to the next."""
        spare = 0.0
        for aspect, share in SHARES.items():
            budget = int(share * words + spare)
            made = self._write(aspect, budget)
            spare = budget - sum(words_of(paragraph.sentences) for paragraph in made)
            yield from made
            if aspect == Aspect.CONTRAST:
                yield from _on_data(self._read, self._known)

    def _write(self, aspect: Aspect, words: int) -> list[Paragraph]:
        if aspect == Aspect.CONTRIBUTION:
            return self._contributions(words)
        chosen: list[tuple[_Read, Told]] = []
        length = 0
        for one in self._by_worth(aspect):
            if length >= words:
                break
            if found := self._choose(one, aspect):
                chosen.append((one, found))
                length += len(found.sentence.text.split()) + 3
        order = {one.work.key: place for place, one in enumerate(self._read)}
        chosen.sort(key=lambda pair: order[pair[0].work.key])
        made = [self._say(one, told, place) for place, (one, told) in enumerate(chosen)]
        if aspect == Aspect.RESULT:
            made += self._beside_each_other()
        return [Paragraph(some, aspect.value) for some in _evenly(made)]

    def _beside_each_other(self) -> Iterator[SurveySentence]:
        """ "On BraTS, Ott et al. report a Dice of 0.71 and Braun et al. one of 0.68", as each stands on its page."""
        found = [(one.work, number) for one in self._read for number in reported(one.work, one.data_sets)]
        subjects = {one.work.key: one.subject.name for one in self._read}
        for rows in side_by_side(found)[:_MOST_SHARED]:
            yield _numbers(rows, subjects)

    def _contributions(self, words: int) -> list[Paragraph]:
        """What the papers do: a paragraph for each group that shares a phrase, then the others."""
        by_key = {one.work.key: one for one in self._read}
        threads, others = find_threads([one.work for one in self._read], self._title, self._embed)
        paragraphs: list[Paragraph] = []
        for thread in threads:
            told = list(self._tell_each([by_key[work.key] for work in thread.works]))
            if told:
                paragraphs.append(Paragraph((_lead(thread, len(paragraphs)), *told), Aspect.CONTRIBUTION.value))
        rest = _evenly(list(self._tell_each([by_key[work.key] for work in others])))
        paragraphs += [Paragraph(some, Aspect.CONTRIBUTION.value) for some in rest]
        return _within(paragraphs, words)

    def _tell_each(self, read: Sequence[_Read]) -> Iterator[SurveySentence]:
        for place, one in enumerate(read):
            if told := self._choose(one, Aspect.CONTRIBUTION):
                yield self._say(one, told, place)

    def _by_worth(self, aspect: Aspect) -> list[_Read]:
        def worth(one: _Read) -> float:
            return max((told.worth for told in one.told if told.aspect in _ALSO.get(aspect, (aspect,))), default=0.0)

        return sorted((one for one in self._read if worth(one) > 0), key=worth, reverse=True)

    def _choose(self, one: _Read, aspect: Aspect) -> Told | None:
        """The best sentence for this aspect that says what was not said yet, and can be told or quoted."""
        said = self._used.setdefault(one.work.key, [])
        for told in (told for which in _ALSO.get(aspect, (aspect,)) for told in best(one.told, which)):
            stems = content_stems(told.sentence.text)
            if any(len(stems & other) > _SAME * min(len(stems), len(other)) for other in said):
                continue
            if _retold(one, told) or (aspect in _MAY_QUOTE and _is_quotable(told)):
                said.append(stems)
                return told
        return None

    def _say(self, one: _Read, told: Told, place: int) -> SurveySentence:
        """The sentence, told of its authors or quoted; `place` is that within its paragraph, to vary the frame."""
        text = _retold(one, told, place)
        return _sentence(one.work, told.sentence, (text,)) if text else _quotation(one, told, place)


_ALSO = {Aspect.CONTRAST: (Aspect.CONTRAST, Aspect.APPROACH)}
"""Which aspects serve for one: where nobody is contrasted, what the approach is."""

_MAY_QUOTE = (*QUOTED, Aspect.RESULT)
_SAME = 0.6
"""Two sentences that share more of their words than this say the same."""


def _evenly(sentences: Sequence[SurveySentence]) -> Iterator[tuple[SurveySentence, ...]]:
    """The sentences in as few paragraphs as are not too long, each about as long as the others."""
    count = -(-len(sentences) // _LONGEST)
    for place in range(count):
        yield tuple(sentences[place * len(sentences) // count : (place + 1) * len(sentences) // count])


def _retold(one: _Read, told: Told, place: int = 0) -> str | None:
    if told.aspect in QUOTED:
        return None
    text = retell(told.sentence.text, one.subject, method_name(one.work.source.title), place)
    return text if text and stands_alone(text) > 0 else None


def _is_quotable(told: Told) -> bool:
    text = without_lead(" ".join(told.sentence.text.split()))
    return not set(text) & set('"“”„«»') and stands_alone(text) > 0


def _within(paragraphs: list[Paragraph], words: int) -> list[Paragraph]:
    """As many of the paragraphs as keep to so many words, one at least; the longest are shortened first, to three
    sentences."""
    kept = list(paragraphs)
    while sum(words_of(one.sentences) for one in kept) > words and len(kept) > 1:
        longest = max(kept, key=lambda one: len(one.sentences))
        if len(longest.sentences) > _SHORTEST:
            kept[kept.index(longest)] = Paragraph(longest.sentences[:-1], longest.about)
        else:
            kept.pop()
    return kept


_SHORTEST = 3


def _lead(thread: Thread, place: int) -> SurveySentence:
    """ "Three papers deal with diffusion models", with the sentence of each that says so."""
    evidence = tuple(_evidence(work, thread.where[work.key]) for work in thread.works)
    cited = tuple(Citation(work.key, thread.where[work.key].page) for work in thread.works)
    text = f"{_count(len(thread.works))} papers {_LEADS[place % len(_LEADS)]} {thread.phrase}"
    return SurveySentence((text, *cited, "."), evidence)


_LEADS = ("deal with", "are concerned with", "take up", "address", "turn to")

_FRAMES = {
    Aspect.LIMITATION: ("On the limits of their work, {} write", "{} note", "{} concede", "{} state"),
    Aspect.OPEN: ("On what comes next, {} write", "{} add", "{} note", "{} state"),
    Aspect.RESULT: ("{} report", "{} state", "{} write"),
}
"""How a quotation is introduced, in turn."""


def _quotation(one: _Read, told: Told, place: int) -> SurveySentence:
    """The authors' words, without what leads over from the sentence before and without the full stop."""
    frame = _FRAMES[told.aspect][place % len(_FRAMES[told.aspect])]
    before = frame.format(one.subject.name) + ("" if one.subject.plural else "s")
    quote = without_lead(" ".join(told.sentence.text.split())).rstrip(".")
    joint = ": " if quote[0].isupper() else " that "
    return _sentence(one.work, told.sentence, (before[0].upper() + before[1:] + joint, Quotation(quote)))


def _on_data(read: Sequence[_Read], known: Gazetteer) -> list[Paragraph]:
    """Which data sets and metrics the papers name, each with the sentence that names it."""
    data = [(one.work, mention) for one in read for mention in one.data_sets]
    measured = [(one.work, mention) for one in read for mention in metrics(one.work)]
    sentences = [*_shared(data, _USED, known), *_single(data), *_shared(measured, _MEASURED, known)]
    return [Paragraph(tuple(sentences), Aspect.DATA.value)] if sentences else []


def _numbers(rows: Sequence[tuple[Work, Reported]], subjects: Mapping[str, str]) -> SurveySentence:
    parts: list[Part] = [f"On {min((number.data_set for _, number in rows), key=len)}, the papers report "]
    for place, (work, number) in enumerate(rows):
        joint = "" if place == 0 else (" and " if place == len(rows) - 1 else ", ")
        parts += [
            f"{joint}{number.metric} {number.value} ({subjects[work.key]})",
            Citation(work.key, number.sentence.page),
        ]
    evidence = tuple(_evidence(work, number.sentence) for work, number in rows)
    return SurveySentence((*parts, "; what they measured may differ in other ways."), evidence)


_MOST_SHARED, _MOST_SINGLE = 5, 12
_USED = ("is among the data sets of {} papers", "is named in {} papers")
_MEASURED = ("is reported in {} papers", "is given in {} papers")
_Mentions = list[tuple[Work, Mention]]


def _by_name(found: _Mentions) -> list[_Mentions]:
    by_name: dict[str, _Mentions] = {}
    for work, mention in found:
        by_name.setdefault(edition_of(mention.name), []).append((work, mention))
    return list(by_name.values())


def _shared(found: _Mentions, frames: Sequence[str], known: Gazetteer) -> Iterator[SurveySentence]:
    """ "BraTS is among the data sets of three papers", the commonest first; editions are named with their papers."""
    shared = sorted((rows for rows in _by_name(found) if len(rows) > 1), key=lambda rows: -len(rows))
    for place, rows in enumerate(shared[:_MOST_SHARED]):
        name = min((mention.name for _, mention in rows), key=len)
        listed = known.names.get(name_key(name), name)
        name = listed if listed.casefold() == name.casefold() else name
        text = f"{name} {frames[place % len(frames)].format(_count(len(rows)).lower())}"
        evidence = tuple(_evidence(work, mention.sentence) for work, mention in rows)
        cited: list[Part] = [Citation(work.key, mention.sentence.page) for work, mention in rows]
        if len({mention.name.casefold() for _, mention in rows}) > 1:
            cited = [*_listed(rows, " ("), ")"]
        yield SurveySentence((text[0].upper() + text[1:], *cited, "."), evidence)


def _single(found: _Mentions) -> Iterator[SurveySentence]:
    """The data sets that one paper alone names, each followed by its citation."""
    groups = _by_name(found)
    single = [rows[0] for rows in groups if len(rows) == 1][:_MOST_SINGLE]
    if single:
        others = len(single) < len(groups)
        many = ("Others are ", "The data sets named are ")
        one = ("Another is ", "One data set is named: ")
        parts = _listed(single, (many if len(single) > 1 else one)[0 if others else 1])
        yield SurveySentence((*parts, "."), tuple(_evidence(work, mention.sentence) for work, mention in single))


def _listed(rows: Sequence[tuple[Work, Mention]], opening: str) -> list[Part]:
    """Names in a row, each followed by its citation: "A [1], B [2] and C [3]"."""
    parts: list[Part] = []
    for place, (work, mention) in enumerate(rows):
        joint = opening if place == 0 else (" and " if place == len(rows) - 1 else ", ")
        parts += [f"{joint}{mention.name}", Citation(work.key, mention.sentence.page)]
    return parts


def _named(works: Sequence[Work], after_others: bool) -> list[Paragraph]:
    """The works of which the text says nothing, by their titles."""
    if not works:
        return []
    parts: list[Part] = ["Also in this group: " if after_others else "In this group: "]
    for place, work in enumerate(works):
        parts += ["; " * (place > 0) + clean(work.source.title), Citation(work.key)]
    return [Paragraph((SurveySentence((*parts, ".")),), Aspect.NAMED.value)]


def _sentence(work: Work, sentence: Sentence, parts: Sequence[Part]) -> SurveySentence:
    return SurveySentence((*parts, Citation(work.key, sentence.page), "."), (_evidence(work, sentence),))


def _evidence(work: Work, sentence: Sentence) -> Evidence:
    return Evidence(f"{work.key}:{sentence.page}:{sentence.start}", work.source, sentence)


_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


def _count(number: int) -> str:
    """A count as a sentence begins with it."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
