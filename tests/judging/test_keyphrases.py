"""The words that name papers which stand together."""

from triage.judging.clusters import BackgroundFrequency, keyphrases

LISTED = [f"A kettle number {n} for deep boiling\n\nWe propose a kettle and boil water." for n in range(30)]
WATCH = [f"A study number {n} of deep steam\n\nWe propose results on steam." for n in range(30)]


def named(*texts: str) -> tuple[str, ...]:
    return keyphrases(texts, [], BackgroundFrequency(LISTED, WATCH))


def test_what_all_say_and_few_others_do_comes_first() -> None:
    words = named(
        "Night watch over kettles\n\nWe propose night watch by camera for a kettle.",
        "Kettles under night watch\n\nA night watch by camera sees the kettle boil.",
        "Which camera keeps the night watch?\n\nThe camera keeps night watch.",
    )
    assert words[0] == "night watch"
    assert not {"kettle", "kettles", "propose", "we", "deep"} & set(words)
    assert 2 <= len(words) <= 4


def test_no_word_is_said_twice_in_other_endings() -> None:
    words = named("Camera watching\n\nCameras watch, a camera watches.", "Camera watches\n\nThe camera is watching.")
    assert len([word for word in words if "camera" in word]) == 1
    assert len([word for word in words if "watch" in word]) == 1


def test_words_are_written_as_the_papers_write_them() -> None:
    words = named(
        "Few-Shot Tea by LLMs\n\nFew-shot tea: LLMs pour few-shot tea.", "Few-shot tea\n\nMore few-shot tea by LLMs."
    )
    assert "few-shot tea" in words or {"few-shot", "tea"} <= set(words)
    assert named("Green Tea\n\n", "Green Tea Again\n\n")[0] == "green tea"


def test_words_that_never_stand_side_by_side_make_no_pair() -> None:
    texts = ["Tea of the mountain\n\nTea of the mountain is tea.", "Tea, mountain\n\nTea of any mountain."]
    assert all("tea mountain" not in word.lower() for word in named(*texts))


def test_one_paper_is_named_by_what_others_say_too() -> None:
    alone = "QUUXNET: infusion of leaves\n\nQUUXNET steeps leaves in an infusion."
    others = [*WATCH, "An infusion\n\nInfusion of leaves.", "Leaves\n\nAnother infusion.", alone]
    words = keyphrases([alone], [], BackgroundFrequency(LISTED, others))
    assert words and not any("QUUXNET" in word for word in words)
    assert keyphrases(["QUUXNET\n\nQUUXNET."], [], BackgroundFrequency(LISTED, WATCH)) == ("QUUXNET",)


def test_hostile_titles_give_letters_and_digits_only() -> None:
    texts = [
        "\x1b[31m# Tea](javascript:x) <script> *gold* `pot` \u202e\n\ngold pot | gold\npot \x07 [gold](pot)",
        "gold pot\ud83d # heading\r\n\n- gold pot <b>gold pot</b>",
    ]
    for word in named(*texts):
        assert all(char.isalnum() or char in " -" for char in word)


def test_the_core_has_said_it_too() -> None:
    core = ["Quiet tea leaves\n\nTea leaves are poured."]
    joining = ["Loud coffee, tea leaves\n\nLoud coffee.", "Loud coffee with tea leaves\n\nTea leaves."]
    assert keyphrases(core, joining, BackgroundFrequency(LISTED, WATCH)) == ("tea leaves",)


def test_nothing_to_say() -> None:
    assert named("") == ()
    assert named("2024 2025\n\n2024", "2024\n\n") == ()
    assert keyphrases(["Tea leaves\n\ntea"], [], BackgroundFrequency([], [])) != ()
