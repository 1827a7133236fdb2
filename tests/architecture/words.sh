#!/usr/bin/env bash
# The enums of the OpenAPI document list every name that crosses a seam: of the container machine, of failures, tier
# changes and statuses. A unit test of the dashboard has words for each of them, so that none can be shown raw.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
names() {  # file, types: their names there
  local file=$1 type; shift
  for type in "$@"; do sed -n "/^std::string_view to_string($type /,/^}/p" "$file"; done |
    grep -oE '"[^"?]+"' | tr -d '"' | sort -u
}
of_enum() { names libcontainer/src/names.cpp "$@"; }
in_document() { sed -n "/^    $1:/,/enum:/p" docs/openapi.yaml | sed -nE 's/.*enum: \[(.*)\]\}?$/\1/p' | sed 's/, /\n/g' | sort -u; }
status_of() {  # the enum of a schema's member `status`
  sed -n "/^    $1:/,/^    [A-Z]/p" docs/openapi.yaml | grep -m1 -E '^ +status:' | sed -E 's/.*enum: \[(.*)\].*/\1/; s/, /\n/g' | sort -u
}
compare() {  # schema, names in the daemon
  compare_lists "$1" "$(in_document "$1")" "$2"
}
compare_lists() {  # schema, names in the document, names in the daemon
  if [ "$2" != "$3" ]; then
    printf 'docs/openapi.yaml, %s (< there, > in the source):\n' "$1"
    diff <(echo "$2") <(echo "$3") || true
    bad=1
  fi
}
compare ContainerDecision "$(of_enum Decision StopCause)"
compare ContainerTimer "$(of_enum TimerName OpKind)"
compare ContainerGuard "$(of_enum GuardName)"
compare ContainerEvent "$(of_enum FactType)"
codes() { cat daemon/src/api/why*.cpp | grep -oE "$1\([^;]*\.code = \"[a-z_]+\"" | grep -oE '"[a-z_]+"$' | tr -d '"'; }
compare WhyGuard "$( (codes guard; names libfailover/src/explain.cpp GuardName) | sort -u)"
compare WhyTimer "$(codes timer | sort -u)"
compare LedgerChange "$(names libfailover/src/ledger.cpp Change)"
compare Kind "$(names libfailover/src/kind.cpp Kind)"
for row in Rollout Attempt Worker; do
  compare_lists "$row.status" "$(status_of "$row")" "$(names libstore/src/rules/rollout_rules.cpp "${row}Status")"
done
compare LeaseEnd "$(of_enum RevokeCause)"
exit $bad
