"""Items of a bibliography in the styles that papers use."""

import pytest

from triage.reading.references import parse_reference

TITLE = "Station memories for flood forecasts"


@pytest.mark.parametrize(
    ("item", "authors"),
    [
        (f"[12] Jane Doe, Wei Zhang, and Ana Silva. {TITLE}. In CVPR, pages 3-9, 2021. 2, 3", 3),
        (f"7. Doe, J., Zhang, W.: {TITLE}. In: MICCAI. pp. 1-9. Springer (2021)", 2),
        (f'[3] J. Doe and W. Zhang, "{TITLE}," IEEE Trans. Water, vol. 4, no. 2, pp. 1-9, 2021.', 2),
        (f"Jane Doe and Wei Zhang. 2021. {TITLE}. In Proceedings of the Annual Meeting, pages 1-9, Vienna.", 2),
        (f"Doe, J., Zhang, W., & Silva, A. (2021). {TITLE}. Journal of Water, 4(2), 1-9.", 3),
        (f"Jane Doe, Wei Zhang, et al. {TITLE}. arXiv preprint arXiv:2101.00012, 2021.", 2),
    ],
)
def test_title_authors_and_year(item: str, authors: int) -> None:
    reference = parse_reference(item)
    assert reference.title == TITLE
    assert reference.year == 2021
    assert len(reference.authors) == authors
    assert not reference.text.startswith(("[", "7"))


def test_identifiers_where_printed() -> None:
    reference = parse_reference("Jane Doe. Rivers remembered well. CoRR, abs/2101.00012, 2021. doi:10.1000/XyZ.7.")
    assert reference.arxiv_id == "2101.00012"
    assert reference.doi == "10.1000/xyz.7"


def test_what_cannot_be_told_is_left_out() -> None:
    reference = parse_reference("Internal memo")
    assert (reference.title, reference.year, reference.arxiv_id, reference.doi) == (None, None, None, None)
