#!/usr/bin/env bash
# Includes that the libraries and some rooms must not have.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
refuse() {  # message, grep arguments
  local message=$1 found; shift
  found=$(grep -rnE "$@" || true)
  if [ -n "$found" ]; then printf '%s:\n%s\n' "$message" "$found"; bad=1; fi
}
refuse 'libfailover knows only itself and the standard library' \
  '#include [<"](boost|understudy/(container|store)|SQLiteCpp|sqlite3|fmt)' libfailover
refuse 'the JSON of the libraries is no part of what is installed' '#include "json/' libfailover/include libcontainer/include
refuse 'libcontainer knows only itself, the standard library and the JSON it shares with libfailover' \
  '#include [<"](boost|understudy/(failover|store)|SQLiteCpp|sqlite3|fmt)' libcontainer
refuse 'libstore knows only itself and SQLite' '#include [<"](boost|understudy/(failover|container)|fmt)' libstore
refuse 'public headers of libstore hide SQLite' '#include [<"](SQLiteCpp|sqlite3)' libstore/include
refuse 'the check is no part of what is installed' '#include "understudy/check' libfailover/include libcontainer/include libstore/include
refuse 'the check knows only the standard library' '#include ("|<.*[/.])' libfailover/check
refuse 'a member of a public struct has an initializer: {.status = 529} is no warning then' \
  '^  [a-z][A-Za-z:_<>, 0-9]* [a-z_]*[a-z];' --include='*.hpp' libfailover/include libcontainer/include
for header in $(grep -L 'visibility push(default)' lib*/include/understudy/*/*.hpp | grep -vE '/(time|version|failover)\.hpp$'); do
  printf 'shown by no shared library (#pragma GCC visibility): %s\n' "$header"; bad=1
done
for header in $(grep -l UNDERSTUDY_ABI $(grep -L '#include "' $(find libfailover -name '*.hpp')) | grep -v '/version\.hpp$'); do
  printf 'UNDERSTUDY_ABI without understudy/failover/version.hpp: %s\n' "$header"; bad=1
done
refuse 'Beast stays in http, sse and the engine clients' --include='*' '#include <boost/beast' daemon/src/fleet daemon/src/api \
  daemon/src/config daemon/src/ports daemon/src/wire
refuse 'the fleet does no I/O' '#include <boost/asio' daemon/src/fleet
refuse 'clocks are ports' --include='*.cpp' 'system_clock::now|steady_clock::now' libfailover libcontainer libstore daemon/src/fleet
exit $bad
