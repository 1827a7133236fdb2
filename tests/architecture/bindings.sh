#!/usr/bin/env bash
# The C header in C99 (with the leak sanitizer), in Python from a wheel made of the checkout, and in Go where there is one:
# against libfailover as it is installed.
# Usage: bindings.sh [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
if [ ! -f "$build/libfailover/libunderstudy_failover.a" ]; then echo "bindings: build $build first"; exit 1; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
quietly() { "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }; }
prefix=$scratch/prefix

quietly cmake --install "$build" --component failover --prefix "$prefix"
archive=$(find "$prefix" -name 'libunderstudy_failover.a')

quietly cc -std=c99 -pedantic -Wall -Wextra -Werror -fsanitize=address,undefined -I"$prefix/include" tests/consumer/main.c \
  "$archive" -lstdc++ -lm -o "$scratch/c"
said=$("$scratch/c")
case $said in *'"current_tier":2'*'"reason":"401 auth_error"'*'{"error":"policy: not JSON: byte 1'*) ;;
  *) printf 'the C program said: %s\n' "$said"; exit 1 ;; esac

# pip as a user has it, without the network: the wheel needs nothing but a compiler.
quietly /usr/bin/python3 -m venv --system-site-packages "$scratch/venv"
quietly env CXX="$(command -v ccache || true) c++" "$scratch/venv/bin/pip" install --no-index --disable-pip-version-check ./libfailover/python
cp libfailover/python/test_understudy_failover.py "$scratch/"
(cd "$scratch" && quietly "$scratch/venv/bin/python" -m pytest -q -p no:cacheprovider test_understudy_failover.py)
(cd "$scratch" && quietly "$scratch/venv/bin/python" -c 'import understudy_failover as it; assert it.__file__.startswith("'"$scratch"'"), it.__file__')

# The module of the install tree finds the shared library there.
if [ -n "$(find "$prefix" -name 'libunderstudy_failover.so')" ]; then
  (cd "$scratch" && PYTHONPATH=$prefix/lib/python3/dist-packages quietly /usr/bin/python3 -m pytest -q -p no:cacheprovider test_understudy_failover.py)
fi

go=$(command -v go || ls /usr/local/go/bin/go 2>/dev/null || true)
pc=$(find "$prefix" -name understudy-failover.pc -printf '%h')
if [ -z "$go" ] || [ -z "$pc" ] || ! command -v pkg-config >/dev/null; then exit 0; fi
cp -r tests/consumer/go "$scratch/go"
(cd "$scratch/go" && PKG_CONFIG_PATH=$pc GOFLAGS=-mod=mod GOCACHE=$scratch/cache CGO_ENABLED=1 GOTOOLCHAIN=local quietly "$go" build -o "$scratch/go-consumer" .)
said=$(LD_LIBRARY_PATH=$(dirname "$archive") "$scratch/go-consumer")
if [ "$said" != "tier 2, pro: 401 auth_error" ]; then printf 'the Go program said: %s\n' "$said"; exit 1; fi
