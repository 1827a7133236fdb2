#!/usr/bin/env bash
# What the container's machine says stands in the document, and a unit test of the dashboard holds the document's
# lists against its words: a new decision, timer, condition, event or end of a lease cannot be shown raw.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
quoted() { tr '\0' '\n' | grep -oE '"[^"?]+"' | tr -d '"' | sort -u; }
of_enum() { sed -n "/^std::string_view to_string($1 /,/^}/p" libcontainer/src/phase.cpp | quoted; }  # type
in_document() { sed -n "/^    $1:/,/enum:/p" docs/openapi.yaml | sed -nE 's/.*enum: \[(.*)\]\}?$/\1/p' | sed 's/, /\n/g' | sort -u; }
compare() {  # schema, words of the daemon
  local listed; listed=$(in_document "$1")
  if [ "$listed" != "$2" ]; then
    printf 'docs/openapi.yaml, %s (< there, > in libcontainer):\n' "$1"
    diff <(echo "$listed") <(echo "$2") || true
    bad=1
  fi
}
moves=$(grep -hoPz '(?s)\b(move\(Phase|settle_down\(|go_unknown\()[^;]*;' libcontainer/src/*.cpp | quoted)
compare ContainerDecision "$( (echo "$moves"; of_enum StopCause) | sort -u)"
timers=$(grep -oE 'see\("[^"]+"' libcontainer/src/timers.cpp | quoted)
compare ContainerTimer "$( (echo "$timers"; of_enum OpKind) | sort -u)"
compare ContainerGuard "$(grep -oE '^ *\{"[^"]+", ' libcontainer/src/why.cpp | quoted)"
compare ContainerEvent "$(grep -oE '"container\.[a-z_]+"' libcontainer/src/summary.cpp | quoted)"
compare LeaseEnd "$(of_enum RevokeCause)"
exit $bad
