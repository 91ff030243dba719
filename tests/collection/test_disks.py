"""Full disks, read-only disks, folders of others: said as such, nothing lost, and what only reads goes on."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.collection.test_schema import VERSIONS, old_store
from tests.disk import Disk, mounted
from triage.collection import Store
from triage.collection.decisions import reviewer
from triage.collection.exchange import export_decisions
from triage.errors import DamagedError, StoreError
from triage.models import Decision, Paper, Stage, Verdict

PAPER = Paper("2599.00001", "Counting Glass Frogs", "We count frogs.")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk", 1) as disk:
        yield disk


@pytest.fixture
def folder(disk: Disk) -> Path:
    """A store on the small disk with one accepted paper."""
    with Store(disk.place / "store", reviewer("Ada")) as store:
        store.papers.save(PAPER)
        store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, ("Frogs",), "- Counting Glass Frogs\n"))
    return disk.place / "store"


def is_read(folder: Path) -> None:
    with Store(folder) as store:
        assert store.read_only
        assert store.stages() == {PAPER.id: Stage.ACCEPTED}
        assert store.words.papers(["frogs"], 3)
        assert len(list(export_decisions(store))) == 1


def is_refused(folder: Path, why: str) -> None:
    with Store(folder) as store, pytest.raises(StoreError, match=rf"papers\.db cannot be written: {why}.*list, show"):
        store.ledger.decide(Decision(PAPER.id, Verdict.REJECT))


def test_a_read_only_disk(disk: Disk, folder: Path) -> None:
    disk.make_read_only()
    is_read(folder)
    is_refused(folder, "the disk is read-only")


def test_a_full_disk(disk: Disk, folder: Path) -> None:
    with disk.full():
        is_read(folder)
        is_refused(folder, "the disk is full; make room")
    with Store(folder) as store:
        assert not store.read_only
        store.ledger.decide(Decision(PAPER.id, Verdict.REJECT))
        assert store.stages() == {PAPER.id: Stage.REJECTED}


def test_a_disk_that_fills_while_we_write(disk: Disk, folder: Path) -> None:
    with Store(folder) as store:
        with pytest.raises(StoreError, match="the disk is full; make room"):
            for number in range(5000):
                with store.connection:
                    store.papers.save(Paper(f"2599.1{number:04}", "A Long Frog", "croak " * 200))
        kept = store.papers.count()
        assert 1 < kept < 5000
    with Store(folder) as store:
        assert store.papers.count() == kept
        assert store.damage() == ""


def test_what_a_killed_process_left_is_read_from_a_read_only_disk(disk: Disk, folder: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from triage.models import *; from triage.collection import Store;"
        "store = Store(Path(sys.argv[1])); store.ledger.decide(Decision('2599.00001', Verdict.LATER)); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert (folder / "papers.db-wal").stat().st_size
    disk.make_read_only()
    with Store(folder) as store:
        assert store.stages() == {PAPER.id: Stage.LATER}
    is_refused(folder, "the disk is read-only")


def test_an_old_store_on_a_read_only_disk_is_read(disk: Disk) -> None:
    path = old_store(disk.place, VERSIONS[0])
    with closing(Store(disk.place)) as store:
        assert store.copied is not None
    shutil.move(store.copied, path)
    disk.make_read_only()
    with Store(disk.place) as store:
        assert store.read_only and store.copied is None
        assert len(store.ledger.current()) == 2
        assert len(list(export_decisions(store))) == 4


def test_an_old_store_is_read_where_there_is_no_room_for_its_copy(disk: Disk) -> None:
    before = old_store(disk.place, VERSIONS[0]).read_bytes()
    (disk.place / "filler").write_bytes(b"\0" * (2**20 - len(before) - 300_000))
    with Store(disk.place) as store:
        assert len(store.ledger.current()) == 2
        with pytest.raises(StoreError, match="the disk is full"):
            store.ledger.undo()
    assert (disk.place / "papers.db").read_bytes() == before
    assert list(disk.place.glob("*before*")) == []


def test_the_folder_of_somebody_else() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        with Store(folder, reviewer("Ada")) as store:
            store.papers.save(PAPER)
        Path(name).chmod(0o755)
        (folder / "papers.db").chmod(0o444)
        folder.chmod(0o555)
        code = """
import os, sys
from pathlib import Path
from triage.errors import StoreError
from triage.models import Decision, Verdict
from triage.collection import Store
if os.geteuid() == 0:
    os.setuid(65534)
with Store(Path(sys.argv[1])) as store:
    print(len(store.stages()), store.read_only)
    try:
        store.ledger.decide(Decision("2599.00001", Verdict.REJECT))
    except StoreError as error:
        print(error)
"""
        done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
        folder.chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.startswith("1 True\n")
    assert "you have no right to write there" in done.stdout


def spoilt(data: bytes) -> bytes:
    """The database with zeros in the middle."""
    return data[:8192] + b"\0" * (len(data) - 16384) + data[-8192:]


@pytest.mark.parametrize(
    "spoil",
    [lambda data: b"this is no database, " * 400, lambda data: data[: len(data) // 2], spoilt],
    ids=["another", "half", "zeros"],
)
def test_a_damaged_store_is_said_and_left_alone(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for number in range(300):
            store.papers.save(Paper(f"2599.{number:05}", f"Frog {number}", "croak " * 50))
    path = tmp_path / "papers.db"
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(DamagedError, match=r"papers\.db is damaged .*triage doctor"), Store(tmp_path) as store:
        if damage := store.damage():
            raise DamagedError(f"papers.db is damaged ({damage}): triage doctor")
    assert path.read_bytes() == before


def test_a_text_that_is_not_utf8_is_refused_and_the_store_goes_on(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.papers.save(PAPER)
        with pytest.raises(StoreError, match=r"not UTF-8.*Gr"):
            store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, ("Frogs",), "- Gr\udcfcn\n"))
        assert store.ledger.current() == []
        store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, ("Frogs",), "- Grün\n"))


def test_a_store_that_cannot_be_made(disk: Disk) -> None:
    disk.make_read_only()
    with pytest.raises(StoreError, match=r"store: the disk is read-only"):
        Store(disk.place / "store")
