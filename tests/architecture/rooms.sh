#!/usr/bin/env bash
# docs/architecture.md names every room of the daemon, and no file that is not there.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
say() { printf 'docs/architecture.md: %s\n' "$1"; bad=1; }
rooms=$(sed -n '/^## The rooms of the daemon/,/^## The straight line/p' docs/architecture.md | grep '^| `[a-z]' | grep -v '^| `daemon/src/' | cut -d'|' -f2 | grep -oE '[a-z_]+' | sort)
there=$(git ls-files daemon/src | grep -oE '^daemon/src/[a-z_]+/' | cut -d/ -f3 | sort -u)
[ "$rooms" = "$there" ] || say "rooms differ (< there, > in the source): $(diff <(echo "$rooms") <(echo "$there") || true)"
files=$(git ls-files)
while read -r name; do
  grep -qE "(^|/)${name//./\\.}$" <<<"$files" || say "no file $name"
done < <(grep -oE '`[a-zA-Z_/]+\.(cpp|hpp|ts|tsx|yaml|md)`' docs/architecture.md | tr -d '`' | sort -u)
exit $bad
