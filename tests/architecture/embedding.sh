#!/usr/bin/env bash
# docs/embedding.md shows the examples as they are, and its commands print what it says: see embedding.py.
# Usage: embedding.sh [--write] [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
write=""
if [ "${1:-}" = --write ]; then write=--write; shift; fi
build=${1:-build/release}
if [ ! -x "$build/understudyd" ]; then echo "embedding: build $build first"; exit 1; fi
/usr/bin/python3 tests/architecture/embedding.py $write "$build"
