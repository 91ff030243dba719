import pytest

from triage.writing.agreement import (
    Likeness,
    are_named_otherwise,
    authors_agree,
    is_preprint_venue,
    is_same_person,
    title_likeness,
    titles_agree,
    venues_agree,
)
from triage.writing.records import OTHERS, Name, read_name


def people(text: str) -> tuple[Name, ...]:
    return tuple(map(read_name, text.split(" and ")))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Counting sheep at night.", "Counting Sheep at Night"),
        ("Pretraining of sheep counters", "Pre-training of Sheep Counters"),
        ("The D&apos;Hondt of Sheep &amp; Goats", "The D'Hondt of Sheep and Goats"),
        ("Modelling colour with Gödel", "Modeling Color with Godel"),
        ("α-sheep", "Alpha-Sheep"),
        ("Herd", "Herd: Counting Sheep at Night"),
        ("Counting Sheep at Night", "Herd: Counting Sheep at Night"),
        ("Counting Sheep at…", "Counting Sheep at Night"),
    ],
)
def test_titles_that_differ_in_writing_only(theirs: str, ours: str) -> None:
    assert titles_agree(theirs, ours).likeness is Likeness.WRITTEN


@pytest.mark.parametrize(
    ("theirs", "ours", "says"),
    [
        ("Counting Goats at Night", "Counting Sheep at Night", "“goats” for “sheep”"),
        ("Counting Sheep", "Counting Sheep at Night", "“at night” missing"),
        ("Counting Many Sheep", "Counting Sheep", "“many” added"),
        ("A quiet theory of rivers", "Counting Sheep at Night with Dogs", "the title is another"),
    ],
)
def test_titles_whose_words_differ(theirs: str, ours: str, says: str) -> None:
    found = titles_agree(theirs, ours)
    assert found.likeness is Likeness.OTHER
    assert says in found.reason


def test_a_title_in_broken_braces_may_end_early() -> None:
    assert titles_agree("Counting Sheep", "Counting Sheep at Night", cut_off=True).likeness is Likeness.WRITTEN
    assert titles_agree("Counting Goats", "Counting Sheep at Night", cut_off=True).likeness is Likeness.OTHER


def test_a_subtitle_that_ours_has_not_is_neither_right_nor_wrong() -> None:
    found = titles_agree("Counting Sheep: a Second Look", "Counting Sheep")
    assert found.likeness is Likeness.MORE
    assert title_likeness("Counting Sheep: a Second Look", "Counting Sheep") < 1


def test_two_works_with_names_of_their_own() -> None:
    assert are_named_otherwise("LegoHerd: a Sheep Counter", "ReHerd: a Sheep Counter")
    assert are_named_otherwise("Koala-VL Technical Report", "Panda-VL Technical Report")
    assert not are_named_otherwise("Herd++: a Sheep Counter", "Herd: a Goat Counter")
    assert not are_named_otherwise("A Sheep Counter", "Herd: a Goat Counter")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("J. van der Berg", "Jan van der Berg"),
        ("Berg, Jan", "Jan van der Berg"),
        ("Zoe Muller", "Zoë Müller"),
        ("Zoe Mueller", "Zoë Müller"),
        ("Wei Wang 0012", "Wei Wang"),
        ("Wang Wei", "Wei Wang"),
        ("Yulun Liu", "Yu-Lun Liu"),
        ("Y.-L. Liu", "Yu-Lun Liu"),
        ("Ken&apos;ichi Mori", "Ken'ichi Mori"),
        ("Liangyu Chen", "Leon Liangyu Chen"),
        ("Daniel M Ziegler", "Daniel Ziegler"),
        ("Bob Marsh", "Robert Marsh"),
        ("王伟", "王伟"),
    ],
)
def test_names_of_one_person(theirs: str, ours: str) -> None:
    assert is_same_person(read_name(theirs), read_name(ours))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Ann Lee", "Ann Li"),
        ("Petra Suri", "Pavel Suri"),
        ("Ann Berg", "Bo Berg"),
        ("王伟", "李伟"),
        ("A. Kone", "B. Kone"),
    ],
)
def test_names_of_two_people(theirs: str, ours: str) -> None:
    assert not is_same_person(read_name(theirs), read_name(ours))


OURS = "Ann Lee and Bo Berg and Cy Marsh and Di Moor"


@pytest.mark.parametrize(
    ("theirs", "likeness", "says"),
    [
        (OURS, Likeness.SAME, ""),
        ("A. Lee and B. Berg and C. Marsh and D. Moor", Likeness.WRITTEN, "otherwise"),
        ("Ann Lee and others", Likeness.WRITTEN, "not all"),
        ("Ann Lee and Cy Marsh and others", Likeness.OTHER, "missing among the authors: Bo Berg"),
        ("Ann Lee and Bo Berg", Likeness.OTHER, "missing among the authors: Cy Marsh, Di Moor"),
        ("Bo Berg and Ann Lee and Cy Marsh and Di Moor", Likeness.OTHER, "another order"),
        ("Ann Lee and Bo Berg and Ed Nobody and Di Moor", Likeness.OTHER, "not among our authors: Ed Nobody"),
        (OURS + " and Ed Nobody", Likeness.OTHER, "not among our authors: Ed Nobody"),
        ("Ed Nobody and Fay Noone", Likeness.OTHER, "none of the authors is ours"),
        ("Ann Lee, Bo Berg, Cy Marsh", Likeness.OTHER, "missing among the authors: Di Moor"),
    ],
)
def test_lists_of_authors(theirs: str, likeness: Likeness, says: str) -> None:
    found = authors_agree(people(theirs), people(OURS))
    assert found.likeness is likeness
    assert says in found.reason


def test_lists_of_which_more_is_not_known() -> None:
    assert authors_agree((), people(OURS)).likeness is Likeness.WRITTEN
    assert authors_agree(people(OURS), ()).likeness is Likeness.SAME
    assert authors_agree(people(OURS), (*people("Ann Lee"), OTHERS)).likeness is not Likeness.OTHER
    assert authors_agree(people("Ann Lee and Bo Ber"), people(OURS), cut_off=True).likeness is Likeness.WRITTEN


def test_ten_of_many_authors_are_often_all_that_is_written() -> None:
    many = [f"{letter}{letter.lower()}n {letter}erg" for letter in "ABCDEFGHIJKLMNOP"]
    assert authors_agree(people(" and ".join(many[:10])), people(" and ".join(many))).likeness is Likeness.WRITTEN


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("NIPS", "NeurIPS"),
        ("Advances in Neural Information Processing Systems 34", "NeurIPS"),
        ("Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition", "CVPR"),
        ("IEEE Trans. Pattern Anal. Mach. Intell.", "IEEE Transactions on Pattern Analysis and Machine Intelligence"),
        ("Mach. Learn.", "Machine Learning"),
        ("JSC", "Journal of Sheep Counting"),
        ("Proc. 3rd Intl. Symposium on Sheep Counting", "International Symposium on Sheep Counting"),
    ],
)
def test_one_venue(theirs: str, ours: str) -> None:
    assert venues_agree(theirs, ours).likeness is Likeness.WRITTEN


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ICLR", "ICML"),
        ("Workshop on Sheep", "CVPR"),
        ("Journal of Sheep", "Journal of Goats"),
        ("AAAI", "Wool Letters"),
    ],
)
def test_two_venues(theirs: str, ours: str) -> None:
    assert venues_agree(theirs, ours).likeness is Likeness.OTHER


def test_where_preprints_lie_is_no_venue() -> None:
    assert all(map(is_preprint_venue, ("", "arXiv preprint arXiv:2401.00001", "CoRR", "abs/2401.00001", "bioRxiv")))
    assert not any(map(is_preprint_venue, ("CVPR", "Archives of Sheep", "Machine Learning")))
