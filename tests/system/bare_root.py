"""A bare Debian, of this machine's release, to install packages in: made once by debootstrap, copied for each test."""

import os
import shutil
import subprocess
from pathlib import Path

from rig import ROOT


class RootUnavailable(Exception):
    """This machine cannot make one; the message says what is missing."""


def _said(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)


def release():
    settings = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return settings["VERSION_CODENAME"].strip('"')


def pristine():
    """build/roots/<release>, which nothing but debootstrap has touched."""
    target = ROOT / "build/roots" / release()
    if target.exists():
        return target
    if not shutil.which("debootstrap"):
        raise RootUnavailable("debootstrap is not installed")
    unfinished = target.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    made = _said("debootstrap", "--variant=minbase", release(), unfinished)
    if made.returncode != 0:
        raise RootUnavailable("debootstrap: " + made.stdout[-300:] + made.stderr[-300:])
    unfinished.rename(target)
    return target


class BareRoot:
    """Commands run in it with namespaces of their own for mounts and processes, and with this machine's network."""

    def __init__(self, directory):
        self.directory = Path(directory)
        _said("cp", "-a", "--reflink=auto", pristine(), self.directory, check=True)
        for name in ("/etc/resolv.conf", "/etc/hosts"):
            shutil.copy(name, self.path(name))

    def path(self, name):
        return self.directory / str(name).lstrip("/")

    def command(self, *arguments, user="root"):
        """A whole command line for subprocess; what it starts ends with it."""
        prepare = f"mount -t proc proc '{self.directory}/proc' && mount --rbind /dev '{self.directory}/dev' && exec \"$@\""
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", prepare, "sh",
                "chroot", f"--userspec={user}", str(self.directory), "env", "-i",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive",
                "LC_ALL=C.UTF-8", *map(str, arguments)]

    def run(self, *arguments, user="root", **more):
        return _said(*self.command(*arguments, user=user), **more)

    def do(self, *arguments, **more):
        """Like run(); fails with what the command said."""
        done = self.run(*arguments, **more)
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout
