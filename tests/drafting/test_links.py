"""The authors' own links, and none that they only cite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.links import addresses, find_links, is_web_address
from triage.models import FullText, PageText, Paper


def paper(abstract: str = "", comment: str | None = None, title: str = "BeamScope: Cracks") -> Paper:
    return Paper(id="2511.00001", title=title, abstract=abstract, comment=comment)


def read(*pages: str, links: tuple[str, ...] = ()) -> FullText:
    return FullText("2511.00001", 1, "pdf", tuple(PageText(i + 1, p) for i, p in enumerate(pages)), links=links)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Code is available at https://github.com/lane/beamscope.", "https://github.com/lane/beamscope"),
        ("Code: \\url{https://github.com/lane/beamscope}", "https://github.com/lane/beamscope"),
        ("See [code](https://github.com/lane/beamscope).", "https://github.com/lane/beamscope"),
        ("(https://github.com/lane/beamscope)", "https://github.com/lane/beamscope"),
        ("The code can be found at github.com/lane/beamscope", "https://github.com/lane/beamscope"),
        ("Our code: https://gitlab.com/lane/beamscope.git;", "https://gitlab.com/lane/beamscope"),
        (
            "Models at https://huggingface.co/lane/beam and code at https://github.com/lane/beam",
            "https://github.com/lane/beam",
        ),
    ],
)
@pytest.mark.parametrize("place", ["abstract", "comment"])
def test_code_in_abstract_or_comment(text: str, code: str, place: str) -> None:
    assert find_links(paper(**{place: text}), None).code == code


def test_the_authors_repository_wins_over_one_they_build_on() -> None:
    page = (
        "We build on https://github.com/other/base for training. "
        "Our code is publicly available at https://github.com/lane/beamscope ."
    )
    assert find_links(paper(), read(page)).code == "https://github.com/lane/beamscope"


@pytest.mark.parametrize(
    "page",
    [
        "We use the implementation of Quill et al. [12] at https://github.com/quill/net for comparison.",
        "[3] Quill. Some toolbox. https://github.com/quill/toolbox, 2020.",
    ],
)
def test_a_cited_repository_is_not_theirs(page: str) -> None:
    assert find_links(paper(), read("BeamScope. Introduction.", page)).code is None


def test_an_address_cut_at_a_line_end_is_made_whole_by_its_annotation() -> None:
    text = read("Code: https://github.com/lane/beam-\nscope", links=("https://github.com/lane/beam-scope",))
    assert find_links(paper(), text).code == "https://github.com/lane/beam-scope"


def test_an_annotation_named_like_the_method_is_theirs() -> None:
    links = ("https://github.com/other/net", "https://github.com/lane/BeamScope")
    assert (
        find_links(paper(), read("BeamScope finds cracks. [Code]", links=links)).code
        == "https://github.com/lane/BeamScope"
    )


def test_an_annotation_under_an_authors_name_is_theirs() -> None:
    written = Paper(id="1", title="On Cracks", authors=("Bo Quill", "Ada Lanewood"))
    links = ("https://github.com/other/net", "https://github.com/AdaLanewood/denoiser")
    assert find_links(written, read("On cracks.", links=links)).code == "https://github.com/AdaLanewood/denoiser"
    assert find_links(written, read("On cracks.", links=links[:1])).code is None


def test_project_and_data_are_told_apart() -> None:
    found = find_links(
        paper(
            comment="Project page: https://lane.github.io/beamscope",
            abstract="The dataset is at https://zenodo.org/records/123. Code is at https://github.com/lane/beamscope",
        ),
        None,
    )
    assert (found.code, found.project, found.data) == (
        "https://github.com/lane/beamscope",
        "https://lane.github.io/beamscope",
        "https://zenodo.org/records/123",
    )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a",
        "https://u:p@a.example/x",
        "ftp://a.example",
        "http://a.example/\x1b[",
    ],
)
def test_only_plain_web_addresses_count(url: str) -> None:
    assert not is_web_address(url)
    assert find_links(paper(f"Code is available at {url} today"), None).code is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert all(is_web_address(url) for url, _, _ in addresses(text))
    find_links(paper(text, text), read(text))
