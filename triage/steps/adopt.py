"""Adopts a list: learns its sections and entries, its house format and how well that was learned, and a query in its
own words; and asks arXiv about its papers and their fields."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from triage.collection import Store
from triage.collection.papers import BACKGROUND
from triage.errors import FeedError, ListError
from triage.house.edit import SeveralSections, Upkeep, find_upkeep, several_sections
from triage.house.format import House, learn
from triage.house.problems import Problem, find_problems
from triage.house.proof import Proof, prove
from triage.lists.document import Document, read
from triage.lists.query import Topic, propose_query
from triage.models import Paper
from triage.protocols import Feed, Progress

_IDS_A_REQUEST = 100
_BACKGROUND = 500
_FIELDS = 5
_DAYS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was understood of a list."""

    document: Document
    house: House
    proof: Proof
    topic: Topic
    several: SeveralSections
    upkeep: tuple[Upkeep, ...]
    problems: tuple[Problem, ...]


def adopt(text: str) -> Adoption:
    """Learns everything from the list's text. Raises ListError if it holds no entry."""
    document = read(text)
    if not document.entries:
        raise ListError(
            "no entry was found in it; an entry is a line, a table row or a block with a title and a link."
            " To start a list, use `triage init --new LIST.md`"
        )
    house = learn(document)
    headings = [section.path[-1] for section in document.sections[:1] if section.path]
    return Adoption(
        document=document,
        house=house,
        proof=prove(document),
        topic=propose_query([entry.title for entry in document.entries if entry.title], headings),
        several=several_sections(document),
        upkeep=find_upkeep(document),
        problems=find_problems(document),
    )


def learn_known(store: Store, feed: Feed, ids: Sequence[str], progress: Progress) -> tuple[int, str | None]:
    """Asks arXiv for the metadata of listed papers that were never asked for, 100 ids per request.
    Gives how many are known now, and why it stopped early (None: it did not)."""
    asked = store.entries.asked()
    lacking = [paper_id for paper_id in dict.fromkeys(ids) if paper_id not in asked]
    problem = None
    with progress("asking arXiv about listed papers", len(lacking)) as advance:
        for start in range(0, len(lacking), _IDS_A_REQUEST):
            batch = lacking[start : start + _IDS_A_REQUEST]
            try:
                found: dict[str, Paper] = {paper.id: paper for paper in feed.by_id(batch)}
            except FeedError as error:
                problem = str(error)
                break
            store.entries.keep_answers(batch, found)
            advance(len(batch))
    return len(store.entries.known()), problem


def learn_background(store: Store, feed: Feed, until: date, progress: Progress) -> str | None:
    """Asks arXiv once for a page of papers of the list's fields, whatever their subject, from the month before `until`,
    and keeps some of those that the collection lacks as examples of what the list is not about. The fields are those of
    listed and watched papers. Gives why there are none (None: there are, or no field is known yet)."""
    if store.papers.count(BACKGROUND):
        return None
    known = store.entries.known()
    fields = Counter(paper.categories[0] for paper in (*known.values(), *store.papers.all()) if paper.categories)
    if not fields:
        return None
    query = " OR ".join(f"cat:{name}" for name, _ in fields.most_common(_FIELDS))
    try:
        with progress("asking arXiv what the list is not about", 1) as advance:
            page = next(feed.window(query, until - _DAYS_BACK, until), None)
            advance()
    except FeedError as error:
        return str(error)
    papers = page.papers if page else ()
    found = [paper for paper in papers if not store.papers.same(paper) and not store.entries.mention(paper)]
    step = max(1, len(found) // _BACKGROUND)
    with store.papers.together():
        for paper in found[::step][:_BACKGROUND]:
            store.papers.save(paper, BACKGROUND)
    return None
