#!/usr/bin/env bash
# libfailover works alone: installed by itself, found by another project, linked without the rest.
# Usage: consumer.sh [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
if [ ! -f "$build/libfailover/libunderstudy_failover.a" ]; then echo "consumer: build $build first"; exit 1; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
quietly() { "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }; }

quietly cmake --install "$build" --component failover --prefix "$scratch/prefix"
strangers=$(find "$scratch/prefix" -type f -not -path '*/failover/*' -not -name 'libunderstudy_failover.a' \
  -not -name 'understudy-failover*.cmake' -not -name 'understudy-config*.cmake')
if [ -n "$strangers" ]; then printf 'the component failover also installs:\n%s\n' "$strangers"; exit 1; fi
quietly cmake -S tests/consumer -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$scratch/prefix"
quietly cmake --build "$scratch/build"
said=$("$scratch/build/consumer")
if [ "$said" != "tier 2, pro: 401 auth_error" ]; then printf 'the consumer said: %s\n' "$said"; exit 1; fi
