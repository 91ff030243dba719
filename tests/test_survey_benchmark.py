"""The survey's benchmark can tell a text with proofs from one without."""

from benchmarks.raw_pages import RawPages, letters
from benchmarks.survey import Known, read_text

PAGES = RawPages(
    ((letters("We count frogs at night. The Dice score is 0.78."),), (letters("A ﬁne, hy-\nphenated end."),))
)
TEXTS = {"marsh2024frogs": Known(PAGES), "reed2024newts": Known(abstract=letters("Newts swim in deep water."))}


def measured(*lines: str) -> dict[str, float | int]:
    return read_text("---\ntitle: x\n---\n\n# Frogs\n\n" + "\n".join(lines) + "\n", TEXTS)


def test_what_stands_there_is_found() -> None:
    found = measured(
        "Marsh writes: “A fine, hyphenated end” [@marsh2024frogs, p. 2].",
        "Reed: “Newts swim in deep water” [@reed2024newts, abstract].",
        "The score is 0.78 [@marsh2024frogs, p. 1].",
    )
    assert (found["quotes"], found["pages"], found["numbers"], found["coverage"], found["outside"]) == (1, 1, 1, 1, 0)
    assert found["quoted"] == 2 and found["sentences"] == 3


def test_what_does_not_is_counted() -> None:
    found = measured(
        "Marsh writes: “A fine, hyphenated end” [@marsh2024frogs, p. 1].",
        "Reed: “Newts fly” [@reed2024newts, abstract].",
        "The score is 0.87 [@marsh2024frogs].",
        "Nobody knows [@quill2024eels, p. 1].",
    )
    assert (found["quotes"], found["pages"], found["numbers"], found["outside"]) == (0.5, 0, 0, 1)
    assert found["coverage"] == round(2 / 3, 4)
