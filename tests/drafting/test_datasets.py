"""Dataset names: as the list spells them, as a text calls them, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.datasets import find_datasets, learn_gazetteer, name_key

LIST = learn_gazetteer(
    [("SDNET2018", "Deep Crack"), ("DeepCrack", "VisBridge"), ("Deep Crack", "Deck X-ray"), ("GDXray",), ("BRIDGETS",)]
)


def test_the_lists_commonest_spelling_is_used() -> None:
    assert LIST.names[name_key("deep-crack")] == "Deep Crack"


@pytest.mark.parametrize(
    ("abstract", "names"),
    [
        ("Results on SDNET 2018 and DEEPCRACK are good.", ("SDNET2018", "Deep Crack")),
        ("We test on the RustSet and TileBank datasets.", ("RustSet", "TileBank")),
        ("We use three datasets: RustSet, TileBank and OldDeck-9.", ("RustSet", "TileBank", "OldDeck-9")),
        ("Benchmarks such as WeldQA show it.", ("WeldQA",)),
        ("Tested on GDXray, WELDS and RustSet.", ("GDXray", "WELDS", "RustSet")),
        ("We collect a new dataset (DeckWatch) of decks.", ("DeckWatch",)),
        ("We release the Rusty Bridge Dataset (RBD).", ("Rusty Bridge Dataset (RBD)",)),
        ("A deck x-ray shows rust; CNN and MRI help.", ()),
        ("We beat GPT-4 and CLIP by 3 points in AUROC.", ()),
        ("", ()),
    ],
)
def test_names_in_an_abstract(abstract: str, names: tuple[str, ...]) -> None:
    assert find_datasets([abstract], LIST) == names


def test_spellings_that_tell_more_win_over_capitals() -> None:
    several = learn_gazetteer([("BRATS",), ("BRATS", "BRATS 2018"), ("BraTS2021",)])
    assert several.names == {"brats": "BraTS", "brats2018": "BraTS 2018", "brats2021": "BraTS2021"}
    assert find_datasets(["We test on BRIDGETS."], LIST) == ("BRIDGETS",)
    assert find_datasets(["We test on BridgeTS."], LIST) == ("BridgeTS",)


def test_slips_of_a_list_are_no_names() -> None:
    slips = learn_gazetteer(
        [("URL", "https://a.example"), ("in-house MRI",), ("CIFAR100 and ImageNet",), ("BTCV+LiTS",)]
    )
    assert sorted(slips.names.values()) == ["BTCV", "CIFAR100", "ImageNet", "LiTS"]
    assert find_datasets(["Code is at this https URL."], slips) == ()


@pytest.mark.parametrize(
    "abstract",
    [
        "Experiments on hyperspectral image (HSI) datasets show it.",
        "We use the virtual try-on (VTON) dataset of others.",
        "Synthetic Aperture Radar (SAR) sees at night. Results on a SAR dataset are good.",
        "Tested on three DeepGirder benchmarks.",
        "Samples from the datasets D1, D2, S12 and X_i, and T2 images from a B5 dataset.",
        "OCT and MRI images of a zero-shot benchmark, and the dMRI dataset.",
        "With a backbone pretrained on SDNET2018, and unlike GDXray-2 or Deep Crack, it learns from one camera.",
        "We build the first Chain-of-Thought benchmark and a UAV-view dataset.",
    ],
)
def test_kinds_of_data_and_indices_are_no_data_sets(abstract: str) -> None:
    assert find_datasets([abstract], LIST) == ()


@pytest.mark.parametrize(
    ("abstract", "names"),
    [
        ("Results on CIFAR-10 and CIFAR-100 datasets.", ("CIFAR-10", "CIFAR-100")),
        ("Results on the Mixamo and real ScanGirder datasets.", ("ScanGirder",)),
        ("Three benchmarks-RustCam, TileBank-2, and OldDeck9.", ("RustCam", "TileBank-2", "OldDeck9")),
        ("On nuBridges and iDeck datasets.", ("nuBridges", "iDeck")),
        ("The Rusty Image Collection (RIC) dataset is new.", ("RIC",)),
        ("We use datasets: Deepcrack, IAD and RustSet.", ("Deep Crack", "RustSet")),
    ],
)
def test_more_names_in_an_abstract(abstract: str, names: tuple[str, ...]) -> None:
    assert find_datasets([abstract], LIST) == names


def test_a_page_must_use_a_name_not_mention_it() -> None:
    cited = "Quill trained on GDXray."
    used = "We evaluate on SDNET2018. SDNET2018 has cracks. Results on SDNET2018 are in Table 1."
    listed = "Text.\nReferences\n[1] GDXray. [2] GDXray dataset. [3] GDXray again, a dataset."
    assert find_datasets(["No names here.", cited, used, listed], LIST) == ("SDNET2018",)


def test_what_a_backbone_was_trained_on_is_no_dataset_of_the_paper() -> None:
    page = "A backbone pre-trained on GDXray. Weights from GDXray. The GDXray-initialized model. Evaluated twice."
    assert find_datasets(["", page], LIST) == ()


@given(st.lists(st.text(max_size=200), max_size=4))
def test_no_text_breaks_it(texts: list[str]) -> None:
    find_datasets(texts, LIST)
    learn_gazetteer([texts])


@pytest.mark.parametrize("count", [13, 26, 200])
def test_a_sentence_of_many_hyphenated_names_takes_no_time(count: int) -> None:
    names = [f"Deck{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[i % 26]}-Crack{i + 100}" for i in range(count)]
    row = f"{', '.join(names[:-1])}, and {names[-1]}"
    begin = time.process_time()
    assert find_datasets([f"We are compared with {row} in all of these."], LIST) == ()
    assert find_datasets([f"We use the {row} datasets here."], LIST) == tuple(names)
    assert find_datasets([f"We use data sets such as {row}."], LIST) == tuple(names)
    assert find_datasets([f"Tested on {row} and GDXray."], LIST) == (*names, "GDXray")
    assert time.process_time() - begin < 2.0
