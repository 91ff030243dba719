"""The review's workflow, without any screen."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.collection import Store
from triage.collection.codec import dump_time
from triage.errors import TriageError, UnknownPaper
from triage.house.format import House, learn
from triage.house.problems import refusal
from triage.lists.document import Document, read
from triage.models import Choice, Decision, Draft, Facts, Judgement, Paper, SectionPath, Stage, Verdict
from triage.steps.review import Answer, decide, doubtful, edits_needed, queue

LIST = """# Bees and Machines

## Counting

- [Apis 2024] **Counting at the Gate** [[paper]](https://example.org/b/1)
- [Apis 2023] **How Many Came Home** [[paper]](https://example.org/b/2)

## Dances

### Waggle

- [Hive 2024] **Reading the Waggle** [[paper]](https://example.org/b/3)
- [Hive 2021] **Angles in the Dark** [[paper]](https://example.org/b/4)

### Round

- [Apis 2022] **Round and Round** [[paper]](https://example.org/b/5)
"""
COUNTING: SectionPath = ("Counting",)
WAGGLE: SectionPath = ("Dances", "Waggle")
ROUND: SectionPath = ("Dances", "Round")
DOCUMENT: Document = read(LIST)
HOUSE: House = learn(DOCUMENT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        add(opened, "2606.00001", "Bees at Dusk", ROUND, 0.9, 0.6)
        add(opened, "2606.00002", "A Fast Counter", COUNTING, 0.9, 0.7)
        add(opened, "2606.00003", "A Slow Counter", COUNTING, 0.8, 0.95)
        add(opened, "2606.00004", "Waggle by Night", WAGGLE, 0.4, 0.3)
        yield opened


def add(store: Store, paper_id: str, title: str, section: SectionPath, relevance: float, sure: float) -> None:
    store.papers.save(Paper(paper_id, title))
    rest = tuple(Choice(path, (1 - sure) / 2) for path in (COUNTING, WAGGLE, ROUND) if path != section)
    store.judgements.save([Judgement(paper_id, relevance, True, (Choice(section, sure), *rest))])
    facts = Facts(title, venue="Apis", year=2026, paper_url=f"https://example.org/b/{paper_id}")
    entry = f"- [Apis 2026] **{title}** [[paper]]({facts.paper_url})"
    store.drafts.save(Draft(paper_id, section, facts, entry))


def put(store: Store, paper_id: str, **said: object) -> Decision:
    answer = Answer(Verdict.ACCEPT, **said)  # type: ignore[arg-type]
    return decide(store, paper_id, answer, document=DOCUMENT, house=HOUSE)


def put_aside(store: Store, paper_id: str, verdict: Verdict) -> Decision:
    return decide(store, paper_id, Answer(verdict), document=DOCUMENT, house=HOUSE)


def test_queue_follows_the_list_and_then_certainty(store: Store) -> None:
    assert [line.paper_id for line in queue(store, DOCUMENT)] == [
        "2606.00003",
        "2606.00002",
        "2606.00004",
        "2606.00001",
    ]


def test_queue_puts_what_was_kept_for_later_last_and_leaves_out_the_decided(store: Store) -> None:
    put_aside(store, "2606.00003", Verdict.LATER)
    put_aside(store, "2606.00002", Verdict.REJECT)
    assert [line.paper_id for line in queue(store, DOCUMENT)] == ["2606.00004", "2606.00001", "2606.00003"]


def test_the_most_relevant_keep_the_order_of_the_list(store: Store) -> None:
    lines = queue(store, DOCUMENT)
    best = sorted(lines, key=lambda line: -line.relevance)[:2]
    assert queue(store, DOCUMENT, top=2) == [line for line in lines if line in best]
    assert queue(store, DOCUMENT, top=99) == lines


def test_queue_holds_papers_of_sections_that_are_gone(store: Store) -> None:
    add(store, "2606.00005", "Old", ("Gone",), 1.0, 1.0)
    assert [line.paper_id for line in queue(store, DOCUMENT)][-1] == "2606.00005"


def test_lines_say_what_records_say(store: Store) -> None:
    for line in queue(store, DOCUMENT):
        record = store.record(line.paper_id)
        assert record.judgement is not None
        assert (line.title, line.section, line.stage) == (record.paper.title, record.section, record.stage)
        assert (line.relevance, line.confidence) == (record.judgement.relevance, record.judgement.confidence)


def test_accept_takes_the_newest_draft(store: Store) -> None:
    add(store, "2606.00001", "Bees at Noon", ROUND, 0.9, 0.6)
    decision = put(store, "2606.00001")
    assert decision.section == ROUND
    assert decision.entry == "- [Apis 2026] **Bees at Noon** [[paper]](https://example.org/b/2606.00001)"
    assert store.record("2606.00001").stage is Stage.ACCEPTED


def test_accept_into_another_section_keeps_the_entry_where_both_look_alike(store: Store) -> None:
    draft = store.drafts.get("2606.00001")
    assert draft is not None
    assert put(store, "2606.00001", section=WAGGLE).entry == draft.entry


def test_accept_into_a_section_with_another_format_writes_the_entry_anew(store: Store) -> None:
    rows = "".join(f"| Table {n} | Apis 202{n} | [link](https://example.org/t/{n}) |\n" for n in range(1, 6))
    table = "\n## Data\n\n| Title | Venue | Link |\n|---|---|---|\n" + rows
    document = read(LIST + table)
    house = learn(document)
    decision = decide(store, "2606.00001", Answer(Verdict.ACCEPT, ("Data",)), document=document, house=house)
    assert (decision.entry or "").startswith("| Bees at Dusk |")


def test_accept_refuses_a_section_that_is_not_the_lists(store: Store) -> None:
    with pytest.raises(TriageError, match='"Dances > Waggle"'):
        put(store, "2606.00001", section=("Dances", "Wagle"))
    assert store.record("2606.00001").stage is Stage.DRAFTED


def test_accept_takes_a_new_section_on_request(store: Store) -> None:
    assert put(store, "2606.00001", section=("Drones",), new_section=True).section == ("Drones",)


def test_accept_refuses_what_is_published_or_unknown_or_without_a_draft(store: Store) -> None:
    store.ledger.publish("2606.00001", ROUND, "- x")
    with pytest.raises(TriageError, match="already in the list"):
        put(store, "2606.00001")
    with pytest.raises(TriageError, match="already in the list"):
        put_aside(store, "2606.00001", Verdict.REJECT)
    with pytest.raises(UnknownPaper):
        put(store, "2699.00001")
    store.papers.save(Paper("2606.00009", "No Draft"))
    with pytest.raises(TriageError, match="draft"):
        put(store, "2606.00009", section=ROUND)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("  \n", "empty"),
        ("## New Heading\n\n- [A 2026] **B** [[paper]](https://example.org/x)", "headings"),
        (
            "- [A 2026] **B** [[paper]](https://example.org/x)\n- [A 2026] **C** [[paper]](https://example.org/y)",
            "2 ent",
        ),
        ("```\n- [A 2026] **B** [[paper]](https://example.org/x)", "swallow"),
        ("<!-- - [A 2026] **B** [[paper]](https://example.org/x)", "swallow"),
        ("no bullet, no link", "of its own"),
    ],
)
def test_an_entry_that_breaks_the_list_is_refused(store: Store, entry: str, why: str) -> None:
    assert why in (refusal(DOCUMENT, HOUSE, COUNTING, entry, Facts("B")) or "")
    with pytest.raises(TriageError, match=why):
        put(store, "2606.00002", entry=entry)
    assert store.ledger.current() == []


def test_a_sound_entry_of_ones_own_is_taken(store: Store) -> None:
    entry = "- [Mine 2026] **A Fast Counter, Revisited** [[paper]](https://example.org/x)"
    assert put(store, "2606.00002", entry=entry).entry == entry


def test_doubtful_below_even_chances_and_never_for_a_persons_choice(store: Store) -> None:
    assert not doubtful(COUNTING, store.record("2606.00003"))
    assert doubtful(WAGGLE, store.record("2606.00004"))
    assert doubtful(COUNTING, store.record("2606.00001"))
    store.ledger.decide(Decision("2606.00004", Verdict.LATER, WAGGLE))
    assert not doubtful(WAGGLE, store.record("2606.00004"))


def test_undo_is_a_line_in_the_ledger(store: Store) -> None:
    put(store, "2606.00001")
    put_aside(store, "2606.00001", Verdict.REJECT)
    taken = store.ledger.undo()
    assert taken is not None
    assert taken.verdict is Verdict.REJECT
    assert store.record("2606.00001").stage is Stage.ACCEPTED
    assert store.ledger.undo() is not None
    assert store.record("2606.00001").stage is Stage.DRAFTED
    assert store.ledger.undo() is None


def test_edits_needed_compares_with_the_draft_that_was_seen(store: Store) -> None:
    put(store, "2606.00001")
    put(store, "2606.00002", section=WAGGLE)
    put(store, "2606.00003", entry="- [Apis 2026] **A Slow Counter** [[PAPER]](https://example.org/b/2606.00003)")
    put_aside(store, "2606.00004", Verdict.REJECT)
    needed = edits_needed(store)
    assert (needed.accepted, needed.unchanged, needed.moved, needed.edited) == (3, 1, 1, 1)
    length = len("- [Apis 2026] **A Slow Counter** [[paper]](https://example.org/b/2606.00003)")
    assert needed.distance == pytest.approx(5 / length / 3)
    assert needed.unchanged_share == pytest.approx(1 / 3)


def test_a_later_draft_does_not_rewrite_history(store: Store) -> None:
    draft = store.drafts.get("2606.00001")
    assert draft is not None
    seen = datetime.now(UTC) + timedelta(seconds=1)
    store.ledger.decide(Decision("2606.00001", Verdict.ACCEPT, ROUND, draft.entry, at=seen))
    store.connection.execute(
        "INSERT INTO drafts (paper_id, key, by, at, data) SELECT paper_id, 'new', by, ?, replace(data, 'Dusk', 'Dawn')"
        " FROM drafts WHERE paper_id = '2606.00001'",
        (dump_time(seen + timedelta(seconds=5)),),
    )
    assert edits_needed(store).unchanged == 1


def test_edits_needed_takes_no_time_for_long_entries(store: Store) -> None:
    """`status` and the page at the end of a review compare every accepted entry with its draft."""
    abstract = " ".join(f"word{number}" for number in range(1000))
    entry = f"- [Apis 2026] **A Slow Counter** [[paper]](https://example.org/b/1)\n  - {abstract}"
    for number in range(1, 5):
        draft = store.drafts.get(f"2606.0000{number}")
        assert draft is not None
        store.drafts.save(replace(draft, entry=entry))
        store.ledger.decide(Decision(draft.paper_id, Verdict.ACCEPT, ROUND, entry.replace("7", "seven")))
    begin = time.perf_counter()
    needed = edits_needed(store)
    assert time.perf_counter() - begin < 1.0
    assert needed.edited == 4
    sevens = entry.count("7")
    assert needed.distance == pytest.approx(sevens * 5 / (len(entry) + sevens * 4))
