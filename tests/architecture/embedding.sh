#!/usr/bin/env bash
# docs/embedding.md shows the examples as they are, and its commands print what it says: see embedding.py.
# Usage: embedding.sh [--quick | --write] [BUILD_DIR]   ($UNDERSTUDY_TESTS=quick is --quick, too)
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=""
if [ "${UNDERSTUDY_TESTS:-}" = quick ]; then mode=--quick; fi
case ${1:-} in --*) mode=$1; shift ;; esac
build=${1:-build/release}
if [ ! -x "$build/understudyd" ]; then echo "embedding: build $build first"; exit 1; fi
/usr/bin/python3 tests/architecture/embedding.py $mode "$build"
