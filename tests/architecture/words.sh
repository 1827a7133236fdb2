#!/usr/bin/env bash
# The enums of the OpenAPI document list every name of the container machine, and a unit test of the dashboard has words
# for each of them: a new decision, timer, condition, event or end of a lease cannot be shown raw.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
of_enum() {  # types: their names in names.cpp
  for type in "$@"; do sed -n "/^std::string_view to_string($type /,/^}/p" libcontainer/src/names.cpp; done |
    grep -oE '"[^"]+"' | tr -d '"' | sort -u
}
in_document() { sed -n "/^    $1:/,/enum:/p" docs/openapi.yaml | sed -nE 's/.*enum: \[(.*)\]\}?$/\1/p' | sed 's/, /\n/g' | sort -u; }
compare() {  # schema, names in the daemon
  local listed; listed=$(in_document "$1")
  if [ "$listed" != "$2" ]; then
    printf 'docs/openapi.yaml, %s (< there, > in libcontainer):\n' "$1"
    diff <(echo "$listed") <(echo "$2") || true
    bad=1
  fi
}
compare ContainerDecision "$(of_enum Decision StopCause)"
compare ContainerTimer "$(of_enum TimerName OpKind)"
compare ContainerGuard "$(of_enum GuardName)"
compare ContainerEvent "$(of_enum FactType)"
codes() { grep -oE "$1\([^;]*\.code = \"[a-z_]+\"" daemon/src/api/why.cpp | grep -oE '"[a-z_]+"$' | tr -d '"'; }
explained=$(sed -n '/^std::string_view to_string(GuardName /,/^}/p' libfailover/src/explain.cpp | grep -oE '"[^"]+"' | tr -d '"')
compare WhyGuard "$( (codes guard; echo "$explained") | sort -u)"
compare WhyTimer "$(codes timer | sort -u)"
compare LedgerChange "$(sed -n '/^std::string_view to_string(Change /,/^}/p' libfailover/src/ledger.cpp | grep -oE '"[^"]+"' | tr -d '"' | sort)"
compare LeaseEnd "$(of_enum RevokeCause)"
exit $bad
