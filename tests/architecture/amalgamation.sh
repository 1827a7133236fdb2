#!/usr/bin/env bash
# libfailover is one header and one source where that is wanted, and needs neither exceptions nor RTTI.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 libfailover/amalgamate.py "$scratch"
sed 's#understudy/failover/failover\.hpp#understudy_failover.hpp#' tests/consumer/main.cpp >"$scratch/main.cpp"
cd "$scratch"
g++ -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Wpedantic -Werror main.cpp understudy_failover.cpp -o consumer
said=$(./consumer)
if [ "$said" != "tier 2, pro: 401 auth_error" ]; then printf 'the consumer said: %s\n' "$said"; exit 1; fi
