"""A bare Debian, of this machine's release, to install packages in: made once by debootstrap, copied for each test."""

import os
import shutil
import subprocess
from pathlib import Path

from rig import ROOT, wait_until


class RootUnavailable(Exception):
    """This machine cannot make one; the message says what is missing."""


def _said(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)


def release():
    settings = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return settings["VERSION_CODENAME"].strip('"')


def pristine():
    """build/roots/<release>, made once and never entered."""
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
    # Descriptions in other languages take longer to unpack than the rest of an update.
    (unfinished / "etc/apt/apt.conf.d/lean").write_text('Acquire::Languages "none";\nAPT::Install-Recommends "0";\n')
    unfinished.rename(target)
    return target


# In front of what must not outlive the test run, however that ends.
ENDS_WITH_US = ("setpriv", "--pdeathsig", "KILL")


class BareRoot:
    """Commands run in it with namespaces of their own for mounts and processes, and with this machine's network."""

    def __init__(self, directory):
        self.directory = Path(directory)

    def __enter__(self):
        source = pristine()
        try:
            _said("cp", "-a", "--reflink=auto", source, self.directory, check=True)
            for name in ("/etc/resolv.conf", "/etc/hosts"):
                shutil.copy(name, self.path(name))
            self.do("apt-get", "update", "-q")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, name):
        return self.directory / str(name).lstrip("/")

    def command(self, *arguments, user="root"):
        """A whole command line for subprocess; what it starts ends with it."""
        prepare = f"mount -t proc proc '{self.directory}/proc' && mount --rbind /dev '{self.directory}/dev' && exec \"$@\""
        return [*ENDS_WITH_US, "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", prepare, "sh",
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


class BootedRoot:
    """systemd as process 1 of its own namespaces and cgroup, without a network but loopback."""

    def __init__(self, root):
        self.root = root

    def __enter__(self):
        points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if line.split()[2] == "cgroup2"]
        if not points:
            raise RootUnavailable("cgroup v2 is not mounted")
        self.group = Path(points[0]) / f"understudy-test-{os.getpid()}"
        self.group.mkdir()
        here = str(self.root.directory)
        start = f"""set -e
            mount --bind {here} {here}; cd {here}
            mount -t proc proc proc; mount -t sysfs -o ro sysfs sys; mount -t cgroup2 cgroup2 sys/fs/cgroup
            mount -t tmpfs -o mode=755 tmpfs run; mount -t tmpfs tmpfs tmp; mount -t tmpfs -o mode=755 tmpfs dev
            mkdir dev/pts dev/shm old
            for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
            ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
            ip link set lo up
            pivot_root . old
            exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'umount -l /old; exec /sbin/init'"""
        self.process = subprocess.Popen(
            ["sh", "-c", f'echo $$ >{self.group}/cgroup.procs && exec "$@"', "sh", *ENDS_WITH_US, "unshare", "--mount", "--pid",
             "--uts", "--ipc", "--net", "--cgroup", "--fork", "--kill-child", "sh", "-c", start],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.init = wait_until(self._child, 60)
            wait_until(lambda: self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"), 120, 0.5)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _child(self):
        """Process 1 as this machine numbers it, once it is systemd."""
        assert self.process.poll() is None, "the bare root did not boot"
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children and Path(f"/proc/{children[0]}/comm").read_text() == "systemd\n" and children[0]

    def run(self, *arguments):
        return _said("nsenter", "-t", self.init, "-m", "-u", "-i", "-p", "-n", "-C", "env", "-i", "HOME=/root", "LC_ALL=C.UTF-8",
                     "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", *arguments, cwd="/")

    def do(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

        def is_gone():
            for folder, _, _ in os.walk(self.group, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    pass
            return not self.group.exists()

        wait_until(is_gone, 30)
