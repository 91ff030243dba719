"""Does the checker see whether a cited work supports a sentence? `python -m benchmarks.verify DIR` prints JSON.

DIR is laid out as ../shared/data/evidence; what is absent there is left out. Each part is measured in a module of its
own, which says what its figures mean:

claims_scifact, citing_deepscholar, answers_scholarqa, contradictions    benchmarks/verify_claims.py
citances_scisumm    benchmarks/verify_citances.py
bib_hallmark        benchmarks/verify_bib.py
tables              benchmarks/verify_tables.py

Nothing is fitted on DIR: the coefficients are those that the package ships. So on the data that they were fitted on,
the figures flatter; `python -m scripts.fit_support DIR` prints those out of sample.
"""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PARTS = {
    "claims_scifact": ("claims_scifact.jsonl", "verify_claims", "claims"),
    "citing_deepscholar": ("citing_deepscholar.jsonl.gz", "verify_claims", "citing"),
    "answers_scholarqa": ("answers_scholarqa.jsonl", "verify_claims", "answers"),
    "contradictions": ("claims_scifact.jsonl", "verify_claims", "contradictions"),
    "citances_scisumm": ("citances_scisumm", "verify_citances", "citances"),
    "bib_hallmark": ("bib_hallmark.jsonl.gz", "verify_bib", "bibliography"),
    "tables": ("", "verify_tables", "tables"),
}
"""Name of the part: what must be there in DIR (without tables.jsonl, the PDFs beside it serve), the module, and its
function, which gets DIR and returns figures."""


def main() -> None:
    """Prints the figures of every part that DIR has the data for; what is left out is said on stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--only", choices=sorted(PARTS), nargs="+", default=list(PARTS), help="only these parts")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    print(json.dumps(measure(options.folder, options.only), indent=1))


def measure(folder: Path, names: list[str]) -> dict[str, dict[str, Any]]:
    """The figures of these parts, without those whose data `folder` lacks."""
    result = {}
    for name in names:
        needed, module, function = PARTS[name]
        if not (folder / needed).exists():
            print(f"{name}: left out, {folder / needed} is not there", file=sys.stderr)
        elif find_spec(f"benchmarks.{module}") is None:
            print(f"{name}: left out, benchmarks/{module}.py is not written yet", file=sys.stderr)
        else:
            measured: Callable[[Path], dict[str, Any]] = getattr(import_module(f"benchmarks.{module}"), function)
            if figures := measured(folder):
                result[name] = figures
            print(f"{name}: {json.dumps(figures)}", file=sys.stderr)
    return result


if __name__ == "__main__":
    main()
