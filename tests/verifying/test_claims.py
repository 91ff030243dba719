"""Which sentences claim something and cite nothing."""

import pytest

from triage.verifying.claims import claims, refers_back, uncited
from triage.verifying.drafts import read_draft


@pytest.mark.parametrize(
    "text",
    [
        "Most existing detectors fail to find frogs that are smaller than a coin.",
        "Several studies have shown that newts are more active after rain than frogs.",
        "Transformers have outperformed older networks by 12 % on every pond of the benchmark.",
        "Prior methods rely on labels, which are widely known to be noisy.",
    ],
)
def test_claims(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "This section describes how most existing detectors fail on small frogs.",
        "We show that our detector outperforms most existing methods by 12 %.",
        "Do most existing detectors fail to find frogs that are small?",
        "Existing detectors fail.",
        "In Table 3, most existing methods achieve 30 % of the best result.",
        "Let most previous methods achieve the same result on every one of the ponds.",
        "Frogs live in ponds, on leaves, under stones and beside small rivers.",
        "The most recent of these ponds lies beside the road to the old mill:",
    ],
)
def test_what_claims_nothing_of_others(text: str) -> None:
    assert not claims(text)


def test_a_sentence_that_refers_back_is_covered_by_the_citation_before_it() -> None:
    assert refers_back("However, they also fail on ponds.") and not refers_back("Frogs sing.")
    draft = read_draft(
        "draft.md",
        "Marsh counts frogs [@marsh]. They are shown to outperform most previous methods by 12 %. "
        "It reduces the error by 30 % again, too. Most recent methods fail to reach half of that number.\n\n"
        "# Next\n\nThis reduces the error of most methods by 30 % or so.",
    )
    assert [one.line for one in uncited(draft.statements)] == [1, 5]
