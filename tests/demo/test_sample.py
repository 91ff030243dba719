"""The sample of `triage demo`: invented, complete, and served by the stand-in."""

import json
import re
from unicodedata import normalize

import pymupdf
import pytest

from triage.demo.sample import SAMPLE_QUERY, SAMPLE_SINCE, SAMPLE_UNTIL, Sample, write_sample
from triage.demo.server import serving
from triage.sources.arxiv import ArxivFeed, check_query
from triage.sources.manners import Pace


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample"))


def test_the_sample_says_that_it_is_invented_and_cannot_be_mistaken(sample: Sample) -> None:
    text = sample.list_path.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in sample.papers_path.read_text(encoding="utf-8").splitlines()]
    assert "**invented**" in text
    ids = re.findall(r"arxiv\.org/abs/(\S+?)\)", text) + [row["id"] for row in rows]
    assert len(ids) > 80
    assert all(paper_id.startswith("2599.") for paper_id in ids)


def test_its_window_and_query_find_most_of_what_suits_the_list_and_some_that_does_not(sample: Sample) -> None:
    check_query(SAMPLE_QUERY)
    with serving([sample.papers_path], sample.pdf_folder) as standin:
        (page,) = ArxivFeed(standin.api_url, Pace(0)).window(SAMPLE_QUERY, SAMPLE_SINCE, SAMPLE_UNTIL)
    ids = {paper.id for paper in page.papers}
    assert {f"2599.{number}" for number in range(20001, 20016)} <= ids
    assert len([paper_id for paper_id in ids if paper_id.startswith("2599.30")]) >= 5


def test_its_pdfs_belong_to_papers_and_can_be_read(sample: Sample) -> None:
    listed = sample.list_path.read_text(encoding="utf-8")
    rows = map(json.loads, sample.papers_path.read_text(encoding="utf-8").splitlines())
    titles = {row["id"]: row["title"] for row in rows if row["id"] not in listed}
    paths = sorted(sample.pdf_folder.glob("*.pdf"))
    assert {path.stem for path in paths} == set(titles)
    long = 0
    for path in paths:
        with pymupdf.open(path) as pdf:
            pages = [normalize("NFKC", "".join(page.get_text().split())) for page in pdf]
        assert path.stat().st_size < 60_000
        assert pages[0].startswith(titles[path.stem].replace(" ", ""))
        assert "Aninventedpaper" in pages[-1]
        if len(pages) > 1:
            long += 1
            assert "References" in pages[-1]
    assert long == 5
