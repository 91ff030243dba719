"""What a draft owes to a model is the same in every process, whatever the order of sets."""

import subprocess
import sys

CODE = """
from triage.drafting.questions import Asker
from triage.drafting.rules import learn_statistics
from triage.models import Choice, Judgement, Paper
habits = learn_statistics([])
asker = Asker("tiny", "A list", habits, [], {}, stars=True)
judgement = Judgement("1", 0.9, True, (Choice(("A",), 0.5), Choice(("B",), 0.5)))
print(asker.fingerprint(("A",), asker.offered(judgement, None)))
print(asker.draft_question(Paper("1", "A title"), None, ("A",), (("A",), ("B",))).key)
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
