"""What a draft owes to a model is the same in every process, whatever the order of sets."""

import subprocess
import sys

CODE = """
from triage.drafting.question import Questions, load_prompts
from triage.drafting.rules import learn_statistics
from triage.models import Choice, Judgement, Paper
questions = Questions("tiny", "A list", learn_statistics([]), [], {}, stars=True, prompts=load_prompts())
judgement = Judgement("1", 0.9, True, (Choice(("A",), 0.5), Choice(("B",), 0.5)))
print(questions.fingerprint(("A",), questions.offered(judgement, None)))
print(questions.draft(Paper("1", "A title"), None, ("A",), (("A",), ("B",)), lambda _: None).key)
"""


def test_fingerprints_do_not_depend_on_the_process() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
    assert made.pop().strip()
