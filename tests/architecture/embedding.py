"""docs/embedding.md is true: its code blocks are the files it names, and its commands, typed in this checkout with an
empty home, print what stands below them. So the examples are built against what the commands install.

embedding.py BUILD_DIR           says where it is not so
embedding.py --quick BUILD_DIR   the same without typing the commands, which build libfailover anew
embedding.py --write BUILD_DIR   puts the files and what was printed into the document
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/embedding.md"
EXAMPLES = ROOT / "docs/examples"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]


class Block:
    """From the fence at line `first` to the one at `last`, both counted from 0."""

    def __init__(self, language, first, last, lines, named):
        self.language, self.first, self.last, self.named = language, first, last, named
        self.text = "".join(f"{line}\n" for line in lines[first + 1 : last])

    def differs(self, kind, meant):
        return f"docs/embedding.md:{self.first + 2}: {kind}; it is:\n{meant}"


def blocks_of(lines):
    blocks, opened, named = [], None, None
    for number, line in enumerate(lines):
        if opened is None:
            if links := re.findall(r"\]\((examples/[^)]+)\)", line):
                named = links[-1]
            if line.startswith("```"):
                opened = number
        elif line == "```":
            language = lines[opened][3:]
            is_file = language not in ("sh", "text")
            blocks.append(Block(language, opened, number, lines, named if is_file else None))
            opened, named = None, None if is_file else named
    return blocks


def typed(commands, build, scratch):
    """What each of the commands printed."""
    said = scratch / "said"
    said.mkdir()
    script = 'cmake() { command cmake "$@" >&2; }\n'  # what building says is not what the examples print
    script += "".join(f"exec >{said}/{number} 2>{said}/{number}.log\n{text}" for number, text in enumerate(commands))
    (scratch / "home").mkdir()
    settings = {"HOME": str(scratch / "home"), "PATH": f"/usr/lib/ccache:{build}:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                "CMAKE_GENERATOR": "Ninja", "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count()), "PIP_NO_INDEX": "1", "PIP_QUIET": "1"}
    if shutil.which("ccache"):  # the cache of the home that is hidden here
        cache = subprocess.run(["ccache", "-k", "cache_dir"], capture_output=True, text=True, check=True).stdout.strip()
        settings |= {"CCACHE_DIR": cache, "CCACHE_BASEDIR": str(scratch)}
    done = subprocess.run(["bash", "-euc", script], cwd=ROOT, env=settings, capture_output=True, text=True)
    ran = [(said / str(number)).read_text() for number in range(len(commands)) if (said / str(number)).exists()]
    if done.returncode != 0:
        last = len(ran) - 1
        sys.exit(f"these commands of docs/embedding.md ended with {done.returncode}:\n{commands[last]}{ran[last][-3000:]}"
                 f"{(said / f'{last}.log').read_text()[-3000:]}{done.stderr}")
    return ran


def strictly(include):
    """The examples without a warning, as other people's projects want them."""
    for source in sorted(EXAMPLES.glob("*.cpp")):
        standard = "-std=c++23" if "understudy/store" in source.read_text() else "-std=c++20"
        subprocess.run(["g++", standard, *STRICT, "-I", include, source], check=True)


def main(build, mode):
    lines = DOCUMENT.read_text().splitlines()
    blocks = blocks_of(lines)
    problems = []
    shown = {block.named for block in blocks if block.named}
    for path in sorted(EXAMPLES.rglob("*.*")):
        if (name := str(path.relative_to(ROOT / "docs"))) not in shown:
            problems.append(f"docs/embedding.md does not show docs/{name}")

    meant = {}
    for block in blocks:
        if block.named:
            meant[block] = (f"this is not docs/{block.named}", (ROOT / "docs" / block.named).read_text())
    with tempfile.TemporaryDirectory() as scratch:
        commands = [] if mode == "--quick" else [block for block in blocks if block.language == "sh"]
        if commands:
            said = dict(zip(commands, typed([block.text for block in commands], build, pathlib.Path(scratch))))
        else:
            for part in ("failover", "container", "store"):
                install = ["cmake", "--install", build, "--component", part, "--prefix", f"{scratch}/home/.local"]
                subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
        strictly(f"{scratch}/home/.local/include")
    for before, block in zip(blocks, blocks[1:]):
        if commands and block.language == "text":
            meant[block] = ("this is not what the commands above print", said[before])
    wrong = {block: what for block, what in meant.items() if block.text != what[1]}
    if mode != "--write":
        sys.exit("\n".join([*problems, *(block.differs(*what) for block, what in wrong.items())]) or 0)
    for block, (_, text) in sorted(wrong.items(), key=lambda item: -item[0].first):  # from below: lines above keep their numbers
        lines[block.first + 1 : block.last] = text.splitlines()
    DOCUMENT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[-1]).resolve(), sys.argv[1] if len(sys.argv) > 2 else "")
