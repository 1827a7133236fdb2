"""The libraries in other people's builds: every compiler of Debian 12, other architectures, ways to build, a bare root."""

import os
import shutil
import subprocess

import pytest

from bare_root import BareRoot, RootUnavailable
from rig import ROOT

pytestmark = pytest.mark.slow

SAID = "tier 2, pro: 401 auth_error"
PARTS = ["CMakeLists.txt", "CMakePresets.json", "LICENSE", "libfailover", "libcontainer", "libstore", "tests/consumer"]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def checked(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout.strip()


def needs(*programs):
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")


def built(source, target, *settings):
    """Configured and built there by CMake."""
    settings = [f"-D{setting}" for setting in (*settings, "CMAKE_BUILD_TYPE=Debug")]
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    checked("cmake", "-S", source, "-B", target, "-G", "Ninja", *settings, *launcher)
    checked("cmake", "--build", target)
    return target


# clang's libraries of C++23 begin with 19: there libstore comes along.
@pytest.mark.parametrize("compiler, store", [("clang++-14", "OFF"), ("clang++-16", "OFF"), ("clang++-19", "ON")])
def test_clang_builds_the_libraries_without_a_warning(compiler, store, tmp_path):
    needs(compiler)
    built(ROOT, tmp_path / "build", f"CMAKE_CXX_COMPILER={compiler}", "UNDERSTUDY_BUILD_DAEMON=OFF", "UNDERSTUDY_BUILD_TESTS=OFF",
          f"UNDERSTUDY_BUILD_STORE={store}", "CMAKE_COMPILE_WARNING_AS_ERROR=ON", "CMAKE_CXX_FLAGS=-O1")
    checked(compiler, "-std=c++20", *STRICT, "-I", ROOT / "libfailover/include", ROOT / "tests/consumer/main.cpp",
            tmp_path / "build/libfailover/libunderstudy_failover.a", "-o", tmp_path / "consumer")
    assert checked(tmp_path / "consumer") == SAID


@pytest.mark.parametrize("compiler", ["g++", "clang++-14", "clang++-16", "clang++-19"])
def test_one_header_and_one_source_need_neither_exceptions_nor_rtti(compiler, tmp_path):
    needs(compiler)
    checked(ROOT / "libfailover/amalgamate.py", tmp_path)
    main = (ROOT / "tests/consumer/main.cpp").read_text()
    (tmp_path / "main.cpp").write_text(main.replace("understudy/failover/failover.hpp", "understudy_failover.hpp"))
    checked(compiler, "-std=c++20", "-fno-exceptions", "-fno-rtti", *STRICT, "main.cpp", "understudy_failover.cpp", "-o", "consumer",
            cwd=tmp_path)
    assert checked(tmp_path / "consumer") == SAID


def test_it_builds_by_hand_in_one_command(tmp_path):
    library = ROOT / "libfailover"
    checked("g++", "-std=c++20", *(f"-I{library}/{room}" for room in ("include", "src", "check")), *library.glob("src/**/*.cpp"),
            ROOT / "tests/consumer/main.cpp", "-o", tmp_path / "consumer")
    assert checked(tmp_path / "consumer") == SAID


@pytest.mark.parametrize("way", ["subdirectory", "fetch"])
def test_it_is_a_part_of_another_project(way, tmp_path):
    build = built(ROOT / "tests/consumer", tmp_path / "build", f"UNDERSTUDY_FROM={way}", f"UNDERSTUDY_SOURCE={ROOT}",
                  "CMAKE_UNITY_BUILD=ON", "CMAKE_DISABLE_FIND_PACKAGE_Boost=ON", "CMAKE_DISABLE_FIND_PACKAGE_SQLiteCpp=ON")
    assert checked(build / "consumer") == SAID


def test_the_libraries_are_shared_where_that_is_asked_for(tmp_path):
    build = built(ROOT, tmp_path / "build", "BUILD_SHARED_LIBS=ON", "UNDERSTUDY_BUILD_DAEMON=OFF", "CMAKE_UNITY_BUILD=ON",
                  "CMAKE_UNITY_BUILD_BATCH_SIZE=0", "CMAKE_COMPILE_WARNING_AS_ERROR=ON")
    prefix = tmp_path / "prefix"
    checked("cmake", "--install", build, "--prefix", prefix)
    assert not list(prefix.rglob("*.a"))
    consumer = built(ROOT / "tests/consumer", tmp_path / "consumer", f"CMAKE_PREFIX_PATH={prefix}") / "consumer"
    assert checked(consumer) == SAID
    assert "libunderstudy_failover.so.0." in checked("readelf", "-d", consumer)
    settings = dict(os.environ, PKG_CONFIG_PATH=str(next(prefix.rglob("pkgconfig"))), LD_LIBRARY_PATH=str(next(prefix.rglob("*.so")).parent))
    for part, standard, source, argument, said in (("container", "c++20", "container.cpp", "", "ready"),
                                                   ("store", "c++23", "store.cpp", tmp_path / "fleet.db", "committed")):
        flags = checked("pkg-config", "--cflags", "--libs", f"understudy-{part}", env=settings).split()
        checked("g++", f"-std={standard}", *STRICT, ROOT / "tests/consumer" / source, *flags, "-o", tmp_path / part)
        assert checked(tmp_path / part, argument, env=settings) == said


def test_aarch64_gives_the_same_answer(tmp_path):
    needs("aarch64-linux-gnu-g++", "qemu-aarch64-static")
    build = built(ROOT / "tests/consumer", tmp_path / "build", "UNDERSTUDY_FROM=subdirectory", f"UNDERSTUDY_SOURCE={ROOT}",
                  "CMAKE_SYSTEM_NAME=Linux", "CMAKE_SYSTEM_PROCESSOR=aarch64", "CMAKE_CXX_COMPILER=aarch64-linux-gnu-g++",
                  "CMAKE_EXE_LINKER_FLAGS=-static", "CMAKE_UNITY_BUILD=ON")
    assert checked("qemu-aarch64-static", build / "consumer") == SAID


@pytest.fixture
def bare(tmp_path, as_root):
    """A root with a compiler and CMake in it, and the sources; nothing else."""
    try:
        with BareRoot(tmp_path / "root") as root:
            root.do("apt-get", "install", "-q", "-y", "--no-install-recommends", "g++", "cmake", "make")
            for part in PARTS:
                source, target = ROOT / part, root.path(f"/understudy/{part}")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
            yield root
    except RootUnavailable as reason:
        pytest.skip(str(reason))


def test_libfailover_builds_where_there_is_a_compiler_and_cmake(bare):
    assert "boost" not in bare.do("dpkg-query", "-W", "-f", "${Package}\n")
    bare.do("sh", "-ec", """cd /understudy
        cmake --preset failover
        cmake --build --preset failover -j2
        cmake --install build/failover
        cmake -S tests/consumer -B /tmp/consumer
        cmake --build /tmp/consumer""")
    assert bare.do("/tmp/consumer/consumer").strip() == SAID
    bare.do("ldconfig")
    bare.do("g++", "-std=c++20", *STRICT, "/understudy/tests/consumer/main.cpp", "-lunderstudy_failover", "-o", "/tmp/shared")
    assert bare.do("/tmp/shared").strip() == SAID
