#!/usr/bin/env python3
"""Writes the licence notices of everything that the installed programs and the dashboard contain.

    third_party.py BUILD_DIRECTORY LICENSES_OF_THE_DASHBOARD OUTPUT

What the programs contain is what their build read: ninja's record of headers names the Debian packages, and these
bring their copyright files. A static library has headers too. The dashboard's build lists its npm packages itself.
"""

import subprocess
import sys
from pathlib import Path

RULE = "=" * 100


def headers_of(build):
    """Files outside of the checkout that the objects of the libraries and the daemon were built from."""
    build = Path(build).resolve()
    checkout = Path(__file__).resolve().parents[2]
    found, ours = set(), False
    said = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        if not line.startswith(" "):
            ours = line.startswith(("daemon/", "libfailover/", "libcontainer/", "libstore/"))
        elif ours and line.strip():
            path = (build / line.strip()).resolve()
            if path != checkout and checkout not in path.parents:
                found.add(str(path))
    if not found:
        raise SystemExit(f"third_party: {build} has no record of a build with ninja")
    return found


def packages_of(paths):
    """Debian packages that brought the files; a file of none is an error, for nobody would know its licence."""
    said = subprocess.run(["dpkg-query", "-S", *sorted(paths)], capture_output=True, text=True)
    packages, known = set(), set()
    for line in said.stdout.splitlines():
        owners, path = line.rsplit(": ", 1)
        known.add(path)
        packages.update(owner.split(":")[0] for owner in owners.split(", "))
    unknown = sorted(set(paths) - known)
    if unknown:
        raise SystemExit("third_party: no Debian package brought " + ", ".join(unknown[:5]))
    return sorted(packages)


def notice(title, text):
    return f"{RULE}\n{title}\n{RULE}\n\n{text.strip()}\n\n"


def main(build, dashboard, output):
    packages = packages_of(headers_of(build))
    texts = {name: Path("/usr/share/doc", name, "copyright").read_text(encoding="utf-8") for name in packages}
    parts = [
        "Understudy is under the MIT licence (LICENSE). Its programs were built from the headers and libraries of these\n"
        f"Debian packages, whose notices follow: {', '.join(packages)}.\n"
        "The notices of the dashboard's npm packages are at the end.\n\n"
    ]
    # Packages of one source have one copyright file.
    for text in dict.fromkeys(texts.values()):
        parts.append(notice(", ".join(name for name in packages if texts[name] == text), text))
    parts.append(notice("The dashboard", Path(dashboard).read_text(encoding="utf-8")))
    Path(output).write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
