#!/usr/bin/env python3
"""Writes a container image of the daemon, without an engine: `docker load`, `podman load` and OCI tools take the file.

    image.py INSTALLED_TREE VERSION OUTPUT

There is no distribution in it, only what the daemon opens: itself, the shared libraries that it was linked to, the
dashboard, certificates, time zones. Its libraries come from this machine's Debian packages; their status and copyright
files are in it, so that scanners know them.
"""

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

USER = 65532  # as in other images without a distribution
STATE = "/var/lib/understudy"
OPENED = ["/etc/ssl/certs/ca-certificates.crt", "/usr/share/zoneinfo"]  # by OpenSSL and by date, when they are needed
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def libraries(program):
    """(path that the program asks for, file) of its shared libraries and its loader."""
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    asked = re.findall(r"(?:=> )?(/\S+) \(0x", said)
    if "not found" in said or not asked:
        raise SystemExit("image: a library is missing:\n" + said)
    return [(path, os.path.realpath(path)) for path in asked]


def merged(path):
    """/lib and /lib64 are links to their namesakes in /usr."""
    return re.sub(r"^/(lib(?:64)?|bin|sbin)/", r"/usr/\1/", path)


def owners_of(paths):
    """The Debian package of each file. dpkg knows some by their name in /lib, which is a link now."""
    names = {name: path for path in paths for name in (path, re.sub("^/usr", "", path))}
    said = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True).stdout
    found = {names[path]: owner.split(":")[0] for owner, path in (line.rsplit(": ", 1) for line in said.splitlines())}
    if set(found) != set(paths):
        raise SystemExit(f"image: no Debian package brought {sorted(set(paths) - set(found))}")
    return found


class Layer:
    """A tar file whose bytes depend only on what is in it."""

    def __init__(self):
        self._bytes = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._bytes, mode="w", format=tarfile.PAX_FORMAT)
        self._known = {"/"}

    def _add(self, path, mode, kind=tarfile.REGTYPE, data=b"", link="", owner=0):
        if path in self._known:
            return
        self._known.add(path)
        entry = tarfile.TarInfo(path.lstrip("/"))
        entry.type, entry.mode, entry.linkname, entry.size, entry.mtime = kind, mode, link, len(data), EPOCH
        entry.uid = entry.gid = owner
        self._tar.addfile(entry, io.BytesIO(data))

    def folder(self, path, mode=0o755, owner=0):
        if path in self._known:
            return
        self.folder(os.path.dirname(path))
        self._add(path, mode, tarfile.DIRTYPE, owner=owner)

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self._add(path, 0o777, tarfile.SYMTYPE, link=target)

    def text(self, path, text, mode=0o644):
        self.folder(os.path.dirname(path))
        self._add(path, mode, data=text.encode())

    def copy(self, source, path):
        """A file, a link, or a whole folder."""
        if os.path.islink(source):
            self.link(path, os.readlink(source))
        elif os.path.isdir(source):
            self.folder(path)
            for name in sorted(os.listdir(source)):
                self.copy(os.path.join(source, name), os.path.join(path, name))
        else:
            self.folder(os.path.dirname(path))
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
            self._add(path, mode, data=Path(source).read_bytes())

    def finished(self):
        self._tar.close()
        return self._bytes.getvalue()


def build_layer(tree):
    layer = Layer()
    for name in ("bin", "sbin", "lib", "lib64"):
        layer.folder("/usr/" + name)
        layer.link("/" + name, "usr/" + name)
    layer.folder("/tmp", 0o1777)
    layer.folder("/run")
    layer.link("/var/run", "/run")
    layer.folder(STATE, 0o700, USER)
    layer.folder("/etc/understudy", 0o770, USER)
    layer.text("/etc/passwd", f"root:x:0:0:root:/root:/sbin/nologin\nunderstudy:x:{USER}:{USER}::{STATE}:/sbin/nologin\n")
    layer.text("/etc/group", f"root:x:0:\nunderstudy:x:{USER}:\n")
    layer.text("/etc/nsswitch.conf", "hosts: files dns\n")
    layer.copy("/usr/lib/os-release", "/usr/lib/os-release")
    layer.link("/etc/os-release", "../usr/lib/os-release")
    for name in ("understudyd", "understudy-shim"):
        layer.copy(f"{tree}/bin/{name}", "/usr/bin/" + name)
    layer.copy(f"{tree}/share/understudy", "/usr/share/understudy")
    for name in ("LICENSE", "THIRD-PARTY"):
        layer.copy(f"{tree}/share/doc/understudy/{name}", "/usr/share/doc/understudy/" + name)
    layer.copy(str(Path(__file__).with_name("config.json")), "/etc/understudy/config.json")

    linked = libraries(f"{tree}/bin/understudyd")
    for asked, file in linked:
        layer.copy(file, merged(asked))
    for path in OPENED:
        layer.copy(path, path)
    packages = {"ca-certificates", "tzdata", *owners_of([file for _, file in linked]).values()}
    layer.link("/etc/localtime", "/usr/share/zoneinfo/Etc/UTC")
    layer.link("/usr/lib/ssl/certs", "/etc/ssl/certs")
    layer.link("/usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt")
    for package in sorted(packages):
        said = subprocess.run(["dpkg-query", "-s", package], capture_output=True, text=True, check=True).stdout
        layer.text(f"/var/lib/dpkg/status.d/{package}", said)
        layer.copy(f"/usr/share/doc/{package}/copyright", f"/usr/share/doc/{package}/copyright")
    return layer.finished()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def write_image(layer, version, output):
    """An OCI layout that also has docker-archive's manifest.json."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    labels = {"org.opencontainers.image.title": "understudy", "org.opencontainers.image.version": version,
              "org.opencontainers.image.licenses": "MIT"}
    config = json.dumps({
        "architecture": machine, "os": "linux",
        "config": {
            "User": f"{USER}:{USER}", "Entrypoint": ["/usr/bin/understudyd"],
            "Cmd": ["serve", "--config", "/etc/understudy/config.json", "--state-dir", STATE],
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + STATE, "UNDERSTUDY_SHARE_SHIM=1"],
            "ExposedPorts": {"8787/tcp": {}}, "StopSignal": "SIGTERM", "WorkingDir": STATE, "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]},
        "history": [{"created_by": "daemon/packaging/image.py"}],
    }).encode()
    packed = gzip.compress(layer, 9, mtime=0)

    def described(kind, data):
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": "sha256:" + digest(data), "size": len(data)}

    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                           "config": described("config.v1+json", config),
                           "layers": [described("layer.v1.tar+gzip", packed)], "annotations": labels}).encode()
    index = {"schemaVersion": 2, "manifests": [described("manifest.v1+json", manifest) | {
        "annotations": {"org.opencontainers.image.ref.name": version, "io.containerd.image.name": "understudy:" + version}}]}
    files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": json.dumps(index).encode()}
    for data in (config, packed, manifest):
        files["blobs/sha256/" + digest(data)] = data
    files["manifest.json"] = json.dumps([{"Config": "blobs/sha256/" + digest(config), "RepoTags": ["understudy:" + version],
                                          "Layers": ["blobs/sha256/" + digest(packed)]}]).encode()
    with tarfile.open(output, "w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(data), 0o644, EPOCH
            tar.addfile(entry, io.BytesIO(data))


if __name__ == "__main__":
    installed, its_version, target = sys.argv[1:]
    write_image(build_layer(installed), its_version, target)
