"""Size and first use of libfailover: `python3 tests/bench/embedding_bench.py PREFIX`, of an installation made with --strip.

From an installed tree the sizes of the libraries and the CPU time of a call; from a fresh clone the seconds that the first examples
of docs/embedding.md take, each as it is printed there."""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import time
import timeit
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_800_000_000_000
OUTCOME = b'{"surface": "http", "status": 401, "body": "invalid x-api-key"}'
POLICY = b'{"provider_chain": [{"provider": "anthropic", "model": "a"}, {"provider": "deepseek", "model": "b"}]}'
EVENT = b'{"type": "outcome", "verdict": {"kind": "success", "failover": false}}'
LOOP_IN_C = """
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include "understudy/failover.h"
int main(int argc, char** argv) {
  struct timespec a, b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int i = 0; i < 20000; ++i) {
    char* out = NULL;
    if (understudy_step(argv[1], NULL, argv[2], INT64_C(1800000000000), &out) != UNDERSTUDY_OK) return argc;
    understudy_free(out);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  printf("%.2f", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / 20000 / 1e3);
}
"""


def report(what, value):
    print(f"{what:48} {value}", flush=True)


def microseconds(call):
    return f"{min(timeit.repeat(call, timer=time.process_time, number=1000, repeat=50)) * 1000:.1f} µs"


def sizes(prefix):
    for name in ("libunderstudy_failover.a", "libunderstudy_failover.so"):
        report(name, f"{(prefix / 'lib' / name).stat().st_size / 1e6:.2f} MB")


def calls(prefix):
    sys.path += [str(folder) for folder in prefix.glob("lib/python3*/*-packages")]
    import understudy_failover as failover
    library = ctypes.CDLL(str(prefix / "lib/libunderstudy_failover.so"))
    library.understudy_classify.argtypes = [ctypes.c_char_p, ctypes.c_int64, ctypes.POINTER(ctypes.c_void_p)]
    library.understudy_free.argtypes = [ctypes.c_void_p]
    out = ctypes.c_void_p()

    def text():
        library.understudy_classify(OUTCOME, NOW, ctypes.byref(out))
        library.understudy_free(out)

    report("Python, classify by ctypes, texts", microseconds(text))
    outcome = {"surface": "http", "status": 401, "body": "invalid x-api-key"}
    report("Python, classify of the module, dictionaries", microseconds(lambda: failover.classify(outcome)))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "loop.c").write_text(LOOP_IN_C)
        subprocess.run(["cc", "-O2", "-I", prefix / "include", "loop.c", "-o", "loop", "-L", prefix / "lib",
                        "-lunderstudy_failover", f"-Wl,-rpath,{prefix}/lib"], cwd=folder, check=True)
        runs = [float(subprocess.run(["./loop", POLICY, EVENT], cwd=folder, check=True, capture_output=True).stdout) for _ in range(5)]
    report("C, step", f"{min(runs):.1f} µs")


def first_use():
    page = (ROOT / "docs/embedding.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", page[page.index("## Five minutes"):], re.M | re.S)[:3]
    for language, block in zip(("C++", "Python", "C"), blocks):
        with tempfile.TemporaryDirectory() as home:
            began = time.monotonic()
            subprocess.run(["git", "clone", "-q", ROOT, f"{home}/understudy"], check=True)
            subprocess.run(["sh", "-ec", block], cwd=f"{home}/understudy", env={**os.environ, "HOME": home}, check=True,
                           stdout=subprocess.DEVNULL)
            report(f"from a clone to the first classify, {language}", f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    installed = Path(sys.argv[1]).resolve()
    sizes(installed)
    calls(installed)
    first_use()
