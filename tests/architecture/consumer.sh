#!/usr/bin/env bash
# Each library works alone: installed by itself, found by another project or pkg-config, linked without the rest.
# Usage: consumer.sh [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
if [ ! -f "$build/libfailover/libunderstudy_failover.a" ]; then echo "consumer: build $build first"; exit 1; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
fail() { printf '%s\n' "$@"; exit 1; }
quietly() { "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }; }
says() { local said; said=$("${@:2}") || fail "${*:2} ended with $?: $said"; [ "$said" = "$1" ] || fail "${*:2} said: $said"; }

quietly cmake --build "$build" --target understudy_failover_shared understudy_container understudy_store
for part in failover container store; do
  cmake --install "$build" --component $part --prefix "$prefix/$part" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
  strangers=$(find "$prefix/$part" -type f -not -path "*/$part/*.hpp" -not -path '*/failover/export.h' -not -path '*/understudy/failover.h' -not -name 'understudy_failover*.py' \
    -not -name "libunderstudy_$part.*" -not -name "understudy-$part*.cmake" -not -name 'understudy-config*.cmake' -not -name "understudy-$part.pc")
  [ -z "$strangers" ] || fail "the component $part also installs:" "$strangers"
done

# By CMake, where neither Boost nor SQLite can be found.
quietly cmake -S tests/consumer -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$prefix/failover" \
  -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON -DCMAKE_DISABLE_FIND_PACKAGE_SQLiteCpp=ON
quietly cmake --build "$scratch/build"
says "tier 2, pro: 401 auth_error" "$scratch/build/consumer"

# By pkg-config, whose -I shows what the headers are warned of. It takes the shared library where there are both.
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
by_pkg_config() {  # part standard source
  local flags
  flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$prefix/$1" -name '*.pc')") pkg-config --cflags --libs "understudy-$1")
  quietly g++ -std="$2" $warnings "tests/consumer/$3" $flags -o "$scratch/$1"
}
by_pkg_config failover c++20 main.cpp
by_pkg_config container c++20 container.cpp
by_pkg_config store c++23 store.cpp
shared=$(find "$prefix/failover" -name 'libunderstudy_failover.so.*.*.*')
says "tier 2, pro: 401 auth_error" env LD_LIBRARY_PATH="$(dirname "$shared")" "$scratch/failover"
says ready "$scratch/container"
says committed "$scratch/store" "$scratch/fleet.db"

# The shared library: a soname of the minor version, and nothing seen but what the public headers say, in the namespace of
# that version. (Of the standard library's templates weak copies may be seen.)
version=$(sed -nE 's/^#define UNDERSTUDY_VERSION_(MAJOR|MINOR) //p' libfailover/include/understudy/failover/version.hpp | paste -sd.)
readelf -d "$shared" | grep -qF "Library soname: [libunderstudy_failover.so.$version]" || fail "soname: $(readelf -d "$shared" | grep -i soname)"
seen=$(nm -DC --defined-only "$shared" | cut -d' ' -f2- | grep -vE '^[WVu] ([a-z]+ )*std::' || true)
strangers=$(grep -vE "^. (typeinfo (name )?for |vtable for |guard variable for )?understudy::failover::v${version/./_}::[A-Za-z]|^T understudy_[a-z_]+$" <<<"$seen" || true)
[ -z "$strangers" ] || fail "the shared library also shows:" "$strangers"
strangers=$(grep -E '::(agents|health|classify|json|detail)::|\(anonymous' <<<"$seen" || true)
[ -z "$strangers" ] || fail "the shared library shows its rooms:" "$strangers"
# And what is hidden is in the namespace of the version, too: two versions in one program do not mix.
strangers=$(nm -C --defined-only "$build/libfailover/libunderstudy_failover.a" | grep -E '^[0-9a-f]+ T ' |
  grep -vE "understudy::(failover|json)::v${version/./_}::|T understudy_[a-z_]+$" || true)
[ -z "$strangers" ] || fail "not in the inline namespace of the version (version.hpp):" "$strangers"
