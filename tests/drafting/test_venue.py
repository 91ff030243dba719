"""Venues as authors write them: names, years, tracks, and all that is no acceptance."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.venue import Venue, find_venue
from triage.drafting.venue_mentions import shaped_venue

STATED = {
    "Accepted at MICCAI 2025": ("MICCAI", 2025),
    "accepted by ICCV'25": ("ICCV", 2025),
    "ECCV24 camera ready, 14 pages": ("ECCV", 2024),
    "CVPR2025": ("CVPR", 2025),
    "12 pages, 3 figures, WACV 2026": ("WACV", 2026),
    "To appear in IEEE Transactions on Medical Imaging": ("TMI", None),
    "Accepted by T-PAMI": ("TPAMI", None),
    "Accepted to IEEE Robotics and Automation Letters (RA-L), 2024": ("RA-L", 2024),
    "Accepted for publication in Journal of Bridge Watching": ("Journal of Bridge Watching", None),
    "Published in IEEE Transactions on Bridge Watching, 2023": ("IEEE Transactions on Bridge Watching", 2023),
    "Accepted to the 40th International Conference on Machine Learning": ("ICML", None),
    "Accepted by the 3rd International Conference on Bridges and Decks (ICBD 2024), Oslo": ("ICBD", 2024),
    "Accepted at BridgeCV 2024": ("BridgeCV", 2024),
    "CVPR 2025 Workshop on Bridges": ("CVPR Workshop", 2025),
    "Accepted at CVPRW 2025": ("CVPR Workshop", 2025),
    "BridgeWatch@ECCV 2024": ("ECCV Workshop", 2024),
    "Findings of ACL 2025": ("ACL Findings", 2025),
    "Accepted to NAACL2025-Findings": ("NAACL Findings", 2025),
    "2024 IEEE International Conference on Image Processing (ICIP)": ("ICIP", 2024),
    "Early accepted by MICCAI 2025. arXiv admin note: text overlap with arXiv:2401.00001": ("MICCAI", 2025),
    "Submitted on 3 March; accepted at BMVC 2024": ("BMVC", 2024),
    "Submitted version of a paper accepted at MIDL 2024": ("MIDL", 2024),
    "Accepted at ISBI 2025, code: https://github.com/a/icml2024": ("ISBI", 2025),
    "8 pages. Accepted to Pattern Recognition Letters": ("Pattern Recognition Letters", None),
    "International Conference on Software Engineering, Maintenance and Bridges (ISEMB 2024)": ("ISEMB", 2024),
}
NOT_STATED = (
    "12 pages, 5 figures",
    "Submitted to NeurIPS 2025",
    "Under review at ICLR 2026",
    "submitted to IEEE TMI for possible publication",
    "This work has been submitted to the IEEE for possible publication. Copyright 2025 IEEE.",
    "ICCV 2025 submission",
    "IEEE SMC 2025, under review",
    "In preparation for CVPR 2026",
    "Code will be released if the paper is accepted at CVPR",
    "Extension of our CVPR 2024 paper",
    "Journal extension of ECCV 2022 work",
    "1st place solution of the Crack Challenge at CVPR 2025",
    "arXiv admin note: text overlap with arXiv:2401.00001",
    "Project page: https://a.example/cvpr2025",
    "PhD thesis, 2024",
    "Work in progress, version of May 2025",
    "Formatted in NeurIPS 2024 style",
    "15 pages, 3 tables, May 2025",
    "",
    "   ",
)


@pytest.mark.parametrize(("comment", "venue"), STATED.items())
def test_a_stated_venue_is_found(comment: str, venue: tuple[str, int | None]) -> None:
    assert find_venue(comment, None) == Venue(*venue)


@pytest.mark.parametrize("comment", NOT_STATED)
def test_what_is_no_acceptance_is_no_venue(comment: str) -> None:
    assert find_venue(comment, None) is None


@pytest.mark.parametrize(
    ("reference", "venue"),
    [
        ("IEEE Transactions on Medical Imaging, vol. 43, no. 5, pp. 1-12, 2024", ("TMI", 2024)),
        ("Medical Image Analysis 89 (2023) 102888", ("MedIA", 2023)),
        ("In: MICCAI 2023. LNCS, vol 14220. Springer, Cham", ("MICCAI", 2023)),
        ("Nature 521 (2015) 436-444", ("Nature", 2015)),
        ("JHEP 0905:031,2009", ("JHEP", 2009)),
    ],
)
def test_a_journal_reference_is_a_venue_and_wins(reference: str, venue: tuple[str, int]) -> None:
    assert find_venue("Accepted at CVPR 2020", reference) == Venue(*venue)


@pytest.mark.parametrize("reference", ["", "arXiv:2401.00001", "12", "()"])
def test_an_empty_reference_leaves_it_to_the_comment(reference: str) -> None:
    assert find_venue("Accepted at CVPR 2020", reference) == Venue("CVPR", 2020)


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=200)))
def test_no_text_breaks_it(comment: str, reference: str | None) -> None:
    found = find_venue(comment, reference)
    assert found is None or found.name.strip()


@pytest.mark.parametrize(
    "pump", ["A ", "and ", "AA-", "Foo1 ", "in the ", "accepted to ", "Journal of A ", "1", "(A", " , ", "2025 "]
)
def test_a_comment_made_to_be_slow_is_not(pump: str) -> None:
    comment = "Accepted at " + pump * (8000 // len(pump)) + "!"
    begin = time.process_time()
    find_venue(comment, comment)
    for accepted in (True, False):
        shaped_venue(comment, accepted)
    assert time.process_time() - begin < 1.0
