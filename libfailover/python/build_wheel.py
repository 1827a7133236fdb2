"""Builds the wheel of understudy_failover from this checkout with a C++20 compiler ($CXX, else c++).

pip calls it (pyproject.toml); `python3 libfailover/python/build_wheel.py DIRECTORY` makes a wheel by hand and
prints its name. Every other build backend would have to be downloaded first.
"""

import base64
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parent
FLAGS = ["-std=c++20", "-O2", "-DNDEBUG", "-fPIC", "-fvisibility=hidden", "-fvisibility-inlines-hidden"]
METADATA = """Metadata-Version: 2.1
Name: understudy-failover
Version: {version}
Summary: What a failure of an LLM provider means, and which provider and model comes next
License: MIT
Requires-Python: >=3.8
"""
WHEEL = """Wheel-Version: 1.0
Generator: understudy
Root-Is-Purelib: false
Tag: {tag}
"""


def version() -> str:
    header = (LIBRARY / "include/understudy/failover/version.hpp").read_text()
    return ".".join(re.findall(r"UNDERSTUDY_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header))


def compile_library(target: pathlib.Path) -> None:
    compiler = shlex.split(os.environ.get("CXX", "c++"))
    includes = [f"-I{LIBRARY / folder}" for folder in ("include", "src", "check")]

    def compile_file(source: pathlib.Path) -> str:
        made = target.parent / (str(source.relative_to(LIBRARY)).replace("/", "-") + ".o")
        subprocess.run([*compiler, *FLAGS, *includes, "-c", str(source), "-o", str(made)], check=True)
        return str(made)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_file, sorted(LIBRARY.glob("src/**/*.cpp"))))
    # Its own C++ library inside: the interpreter may come with an older one.
    linked = ["-shared", "-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL", "-Wl,-s"]
    subprocess.run([*compiler, *objects, *linked, "-o", str(target)], check=True)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    tag = "py3-none-" + re.sub(r"[-.]", "_", sysconfig.get_platform())
    info = f"understudy_failover-{version()}.dist-info"
    name = f"understudy_failover-{version()}-{tag}.whl"
    with tempfile.TemporaryDirectory() as scratch:
        library = pathlib.Path(scratch) / "libunderstudy_failover.so"
        compile_library(library)
        files = {
            "understudy_failover.py": (HERE / "understudy_failover.py").read_bytes(),
            f"understudy_failover.libs/{library.name}": library.read_bytes(),
            f"{info}/METADATA": METADATA.format(version=version()).encode(),
            f"{info}/WHEEL": WHEEL.format(tag=tag).encode(),
            f"{info}/LICENSE": (LIBRARY.parent / "LICENSE").read_bytes(),
        }
    record = ""
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(content)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
    return name


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: build_wheel.py DIRECTORY")
    print(build_wheel(sys.argv[1]))
