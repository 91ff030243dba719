"""Invented lists in the shapes that real ones have."""

from collections.abc import Callable
from pathlib import Path

import pytest

SHAPES = Path(__file__).parent / "shapes"


@pytest.fixture
def shape() -> Callable[[str], str]:
    """The text of an invented list by its name, newlines as they are."""

    def read(name: str) -> str:
        return (SHAPES / f"{name}.md").read_bytes().decode("utf-8")

    return read


@pytest.fixture
def nested() -> str:
    """Stars, year-venue, links joined by commas, nested lines; a template kept for copying, an update log."""
    return """# Awesome Tides

## Contents

- ⭐ *(2019-CVPR)* **** [[Paper]](), [[ArXiv]]()
  - Authors:

# [Shallow Water](#shallow-water)

## Rock Pools

- ⭐⭐ *(2025-CVPR)* **Crabs in Motion** [[Paper]](https://p.example/1), [[ArXiv]](https://arxiv.org/abs/2501.00001), [[Code]](https://github.com/p/c)
  - Authors: Ada Finch, Bo Larsen
  - follows every leg of a crab through murky water
  - Datasets: PoolSet, Shore-5k


- ⭐ *(2024-ICML)* **Limpets Do Move** [[ArXiv]](https://arxiv.org/abs/2402.00002), [[Code]](https://github.com/pool/limpets)
  - Authors: Cleo Marsh, Dan Okafor
  - shows that limpets come home after every tide
  - Datasets: PoolSet


- ⭐⭐⭐ *(2023-ICLR)* **Seaweed as a Graph** [[Paper]](https://pools.example/weed), [[ArXiv]](https://arxiv.org/abs/2303.00003)
  - Authors: Eva Lind
  - treats fronds as edges and knots as nodes
  - Datasets: WeedNet

## Sandbanks

# Updates
- 2025-12-14: Added crabs.
"""


@pytest.fixture
def venues() -> str:
    """Venue sections beside topic sections; one marker a section; a comment that hides entries; no final newline."""
    papers = [f"Lamp Number {n} and Its Keeper [[ICML 2024]](https://arxiv.org/abs/2401.0000{n})" for n in range(1, 7)]
    own = "\n".join(f" + {paper}" for paper in papers)
    return (
        "# Lamps\n\nWords about lamps.\n\n# Recent\n\n## ICML 2024\n"
        + "\n".join(f"+ {paper}" for paper in papers)
        + "\n\n## CVPR 2025\n+ The Lamp That Blinks [[CVPR 2025]](https://arxiv.org/abs/2502.00009)[[code]](https://github.com/l/b)\n"
        + "<!--\n+ Hidden Lamp [[ECCV 2022]](https://arxiv.org/abs/2201.00001)\n-->\n\n# 1 Topics\n\n## 1.1 Keepers\n"
        + own
        + "\n + A Preprint on Oil [[2024]](https://arxiv.org/abs/2405.00007)"
        + "\n + A Preprint on Wicks [[2024]](https://arxiv.org/abs/2406.00008)[[code]](https://github.com/l/w)"
    )
