#!/usr/bin/env bash
# docs/architecture.md names every room of the daemon and what each may include, and no file that does not exist.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
say() { printf 'docs/architecture.md: %s\n' "$1"; bad=1; }
rooms=$(sed -n '/^## The rooms of the daemon/,/^## The straight line/p' docs/architecture.md | grep '^| `[a-z]' | grep -v '^| `daemon/src/' | cut -d'|' -f2 | grep -oE '[a-z_]+' | sort)
there=$(git ls-files daemon/src | grep -oE '^daemon/src/[a-z_]+/' | cut -d/ -f3 | sort -u)
[ "$rooms" = "$there" ] || say "rooms differ (< there, > in the source): $(diff <(echo "$rooms") <(echo "$there") || true)"
# Each row: its rooms (which may include each other), and the rooms above that they may include.
above=' '
while IFS='|' read -r _ group allowed _; do
  group=$(grep -oE '[a-z_]+' <<<"$group" | tr '\n' ' ')
  allowed=$(grep -oE '[a-z_]+' <<<"$allowed" | tr '\n' ' ' || true)
  [ "$allowed" = 'all ' ] && allowed=$above
  for room in $allowed; do case "$above" in *" $room "*) ;; *) say "$group may include $room, which is not above it" ;; esac; done
  for room in $group; do
    while read -r other; do
      case " $group$allowed " in *" $other "*) ;; *) say "$room includes $other: $(grep -rl "#include \"$other/" "daemon/src/$room" | tr '\n' ' ')" ;; esac
    done < <(grep -rhoE '#include "[a-z_]+/' "daemon/src/$room" | sed 's/#include "//; s#/##' | grep -v understudy | sort -u)
  done
  above="$above$group"
done < <(sed -n '/^## The rooms of the daemon/,/^## The straight line/p' docs/architecture.md | grep '^| `[a-z]' | grep -v '^| `daemon/src/')
files=$(git ls-files)
while read -r name; do
  grep -qE "(^|/)${name//./\\.}$" <<<"$files" || say "no file $name"
done < <(grep -oE '`[a-zA-Z_/]+\.(cpp|hpp|ts|tsx|yaml|md)`' docs/architecture.md | tr -d '`' | sort -u)
exit $bad
