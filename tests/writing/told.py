"""Invented papers for the tests of a survey's text: what a page says, and where it stands on it."""

from collections.abc import Sequence

from triage.evidence.source import Sentence, Source, sentence_spans
from triage.models import Facts, Table
from triage.writing.document import Work

Page = tuple[str, str]
"""A heading and the text below it."""


def work(
    key: str,
    title: str,
    *pages: Page,
    authors: Sequence[str] = ("Ada Braun", "Bo Ott", "Cy Lind"),
    year: int = 2024,
    facts: Facts | None = None,
    tables: Sequence[Table] = (),
) -> Work:
    """A paper of these pages, the first being page 1; one whose only page is the abstract of a feed has page 0."""
    only_abstract = len(pages) == 1
    sentences = [
        Sentence(text[start:end], 0 if only_abstract else number, start, end, heading)
        for number, (heading, text) in enumerate(pages, 1)
        for start, end in sentence_spans(text)
    ]
    known = facts or Facts(title, tuple(authors), year=year)
    return Work(key, Source(f"id:{key}", title, tuple(sentences), year), known, tuple(tables))


def page_texts(one: Work) -> dict[int, str]:
    """What stands on each page, blanks evened out."""
    texts: dict[int, str] = {}
    for sentence in one.source.sentences:
        texts[sentence.page] = f"{texts.get(sentence.page, '')} {' '.join(sentence.text.split())}"
    return texts


BEAM = work(
    "braun24",
    "BeamScope: Rust Detection on Bridges with Diffusion Models",
    (
        "Abstract",
        "Rust weakens bridges, and inspections are slow. In this paper, we propose BeamScope, a diffusion model that "
        "restores clean girders and marks rust by the difference. Unlike previous detectors, our method needs no "
        "labelled rust. We evaluate it on the GirderSet-9 dataset of photographs. BeamScope reaches a Dice of 0.71 on "
        "GirderSet-9, and our results show that it outperforms three detectors.",
    ),
    (
        "3 Method",
        "We train the network on photographs of clean girders with a noise schedule of our own. As shown in Fig. 2, it "
        "restores them. This step is slow.",
    ),
    (
        "5 Conclusion",
        "We presented BeamScope, which marks rust without labels. A limitation of our method is that it cannot see "
        "rust below paint. Future work should study bridges under water and at night.",
    ),
)
SPAN = work(
    "marsh23",
    "Finding Rust by Restoration",
    (
        "Abstract",
        "Diffusion models restore images well. We present a detector of rust that compares a photograph with its "
        "restoration by diffusion models. Our detector achieves a Dice of 0.68 on GirderSet-9. The "
        "code is available.",
    ),
    authors=("Eve Marsh", "Fay Noor"),
    year=2023,
)
CRACK = work(
    "lind22",
    "Cracks in Concrete from Sound",
    (
        "Abstract",
        "Concrete hides its cracks. This paper introduces a microphone array that hears cracks in concrete while a "
        "truck passes over the bridge. Experiments show that the array outperforms a camera in rain.",
    ),
    authors=("Cy Lind",),
    year=2022,
)
ONLY_TITLE = Work("poe21", Source("id:poe21", "Bridges & Their <Rust>", (), 2021), Facts("Bridges & Their <Rust>"))
ALL = (BEAM, SPAN, CRACK, ONLY_TITLE)
