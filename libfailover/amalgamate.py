#!/usr/bin/env python3
"""libfailover as one header and one source: amalgamate.py DIRECTORY writes understudy_failover.hpp and .cpp there.

Both are C++20 and need nothing else: c++ -std=c++20 -c understudy_failover.cpp
"""

import pathlib
import re
import sys

LIBRARY = pathlib.Path(__file__).resolve().parent
ROOMS = [LIBRARY / "include", LIBRARY / "src", LIBRARY / "check"]
QUOTED = re.compile(r'#include "([^"]+)"')
SYSTEM = re.compile(r"#include <[^>]+>")
ABOUT = ["Understudy's libfailover in one header and one source, made by libfailover/amalgamate.py.", ""]


def found(name):
    for room in ROOMS:
        if (room / name).exists():
            return room / name
    sys.exit(f"amalgamate: nothing has {name}")


class Text:
    """What a file and all that it includes come to; each header once, as for #pragma once."""

    def __init__(self, seen=()):
        self.seen = set(seen)
        self.system = set()
        self.lines = []

    def add(self, path):
        if path in self.seen:
            return
        self.seen.add(path)
        for line in path.read_text().splitlines():
            if quoted := QUOTED.match(line):
                self.add(found(quoted[1]))
            elif SYSTEM.match(line):
                self.system.add(line)
            elif line != "#pragma once":
                self.lines.append(line)
        self.lines.append("")

    def written(self, *first):
        about = [f"// {line}".rstrip() for line in [*ABOUT, *(LIBRARY.parent / "LICENSE").read_text().splitlines()]]
        text = "\n".join([*about, *first, *sorted(self.system), "", *self.lines])
        return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def main(directory):
    header = Text()
    for path in [found("understudy/failover/failover.hpp"), *sorted((LIBRARY / "include").rglob("*.h*"))]:
        header.add(path)
    source = Text(header.seen)
    for path in sorted((LIBRARY / "src").rglob("*.cpp")):
        source.add(path)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "understudy_failover.hpp").write_text(header.written("#pragma once"))
    (directory / "understudy_failover.cpp").write_text(source.written('#include "understudy_failover.hpp"'))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
