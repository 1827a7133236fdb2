"""A private Docker engine for tests: its own socket, data and containerd, no bridge, no firewall rules.

    with DockerEngine() as engine:
        engine.import_image("understudy/busy:1")
        ... DOCKER_HOST=engine.host ...

Needs root, dockerd and busybox-static. It pulls nothing and touches nothing of a system-wide engine.
"""

import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
import urllib.parse


class EngineUnavailable(Exception):
    """This machine cannot run a private engine; the message says what is missing."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("engine", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class DockerEngine:
    def __init__(self, directory=None, extra_arguments=()):
        for program in ("dockerd", "busybox"):
            if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
                raise EngineUnavailable(f"{program} is not installed")
        if os.geteuid() != 0:
            raise EngineUnavailable("a private engine needs root")
        self._own_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="understudy-engine-")
        self.socket = os.path.join(self.directory, "docker.sock")
        self.host = "unix://" + self.socket
        self._extra_arguments = list(extra_arguments)
        self._process = None
        self._log = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self):
        return self._process.pid if self._process else None

    def start(self, timeout=60):
        """Starts dockerd and waits until it responds; also after stop() or kill(), with the same data."""
        pidfile = os.path.join(self.directory, "dockerd.pid")
        if os.path.exists(pidfile):
            os.unlink(pidfile)  # left by kill(); the pid may have been reused
        environment = dict(os.environ)
        environment["PATH"] = environment.get("PATH", "") + ":/usr/sbin:/sbin"
        self._log = open(os.path.join(self.directory, "dockerd.log"), "ab")
        self._process = subprocess.Popen(
            ["dockerd", "--host", self.host, "--data-root", os.path.join(self.directory, "root"),
             "--exec-root", os.path.join(self.directory, "exec"), "--pidfile", pidfile, "--bridge=none",
             "--iptables=false", "--ip6tables=false", "--storage-driver=vfs", *self._extra_arguments],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, env=environment, start_new_session=True)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise EngineUnavailable("dockerd ended at once: " + self.log_tail())
            try:
                if self.call("GET", "/_ping")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise EngineUnavailable("dockerd did not answer: " + self.log_tail())

    def stop(self, timeout=30):
        """Orderly shutdown: dockerd stops its containers first."""
        self._end(signal.SIGTERM, timeout)

    def kill(self):
        """Like a crash: containers keep running until the next start()."""
        self._end(signal.SIGKILL, 10)

    def close(self):
        if self._process and self._process.poll() is None:
            try:
                for container in self.json("GET", "/containers/json?all=1"):
                    self.call("DELETE", f"/containers/{container['Id']}?force=1&v=1")
            except (OSError, ValueError):
                pass
        self.stop()
        self._end_containerd()
        self._clean_up()
        if self._log:
            self._log.close()
        if self._own_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def call(self, method, path, body=None, content_type="application/json", timeout=60):
        """Makes one API call; returns its status and body."""
        connection = _UnixConnection(self.socket, timeout)
        try:
            headers = {"Content-Type": content_type} if body is not None else {}
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, method, path, document=None):
        body = None if document is None else json.dumps(document)
        status, answer = self.call(method, path, body)
        if status >= 300:
            raise ValueError(f"{method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer) if answer else None

    def import_image(self, reference, files=(), changes=()):
        """An image of static busybox (every applet) and `files`: (path in the image, bytes, mode)."""
        busybox = shutil.which("busybox")
        applets = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            names = {"bin", "etc", "tmp", "root"}  # missing parents would be created without permissions, even for their owner
            for path, _, _ in files:
                names.update(str(above) for above in pathlib.PurePath(path.lstrip("/")).parents)
            for name in sorted(names - {"."}):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
                tar.addfile(entry)
            with open(busybox, "rb") as program:
                self._add(tar, "bin/busybox", program.read(), 0o755)
            for applet in applets:
                if applet == "busybox":
                    continue
                entry = tarfile.TarInfo("bin/" + applet)
                entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(entry)
            for path, content, mode in files:
                self._add(tar, path.lstrip("/"), content, mode)
        query = urllib.parse.urlencode([("fromSrc", "-"), ("repo", reference), *(("changes", it) for it in changes)])
        status, answer = self.call("POST", "/images/create?" + query, archive.getvalue(), "application/x-tar", 120)
        if status >= 300 or b"errorDetail" in answer:
            raise ValueError(f"the image was not imported: {status} {answer[:300]!r}")

    def log_tail(self, size=2000):
        with open(os.path.join(self.directory, "dockerd.log"), "rb") as log:
            return log.read()[-size:].decode(errors="replace")

    @staticmethod
    def _add(tar, path, content, mode):
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = len(content), mode
        tar.addfile(entry, io.BytesIO(content))

    def _end(self, number, timeout):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if number == signal.SIGKILL:
            self._end_containerd()  # a new dockerd cannot start its own while the old one runs

    def _end_containerd(self):
        """dockerd's own containerd, which outlives a killed dockerd."""
        pidfile = os.path.join(self.directory, "exec", "containerd", "containerd.pid")
        try:
            with open(pidfile) as file:
                pid = int(file.read())
        except (OSError, ValueError):
            return
        if self._is_ours(pid):
            self._end_process(pid)
        os.unlink(pidfile)  # if it stays, a new dockerd may wait for this containerd instead of starting one

    def _clean_up(self):
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid() and self._is_ours(int(name), "containerd-shim"):
                self._end_process(int(name))
        with open("/proc/self/mountinfo") as mounts:
            points = [line.split()[4] for line in mounts]
        for point in reversed(points):
            if point.startswith(self.directory + "/"):
                subprocess.run(["umount", "-l", point], stderr=subprocess.DEVNULL, check=False)

    def _is_ours(self, pid, program=""):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read().decode(errors="replace")
        except OSError:
            return False
        return self.directory + "/" in command and program in command

    def _end_process(self, pid):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 10
        while self._is_ours(pid) and time.monotonic() < deadline:  # a zombie has no command line
            time.sleep(0.02)


if __name__ == "__main__":  # by hand: runs an engine with one image until a line is read
    with DockerEngine() as private_engine:
        private_engine.import_image("understudy/busy:1")
        print(private_engine.host, flush=True)
        try:
            input()
        except EOFError:
            pass
