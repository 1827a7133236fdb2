#!/usr/bin/env bash
# Files stay small: a file over its line budget contains a second idea that belongs elsewhere.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
check() {  # limit files...
  local limit=$1 file lines; shift
  for file in "$@"; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt "$limit" ]; then printf '%s: %d lines, budget %d\n' "$file" "$lines" "$limit"; bad=1; fi
  done
}
# By assignment: without git, or in another's checkout, this fails instead of looking at nothing.
headers=$(git ls-files 'lib*/*.hpp' 'daemon/*.hpp')
sources=$(git ls-files 'lib*/*.cpp' 'daemon/*.cpp')
[ -n "$headers" ] && [ -n "$sources" ] || { echo 'git lists no sources'; exit 1; }
check 220 $headers
check 400 $sources
check 80 daemon/src/main.cpp
exit $bad
