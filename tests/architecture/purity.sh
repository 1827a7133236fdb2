#!/usr/bin/env bash
# The symbols of the pure libraries show that they never read a clock, sleep, log, touch a file or start a thread.
set -euo pipefail
cd "$(dirname "$0")/../.."
forbidden='clock_gettime|gettimeofday|system_clock3now|steady_clock3now|[ _]time$|localtime|gmtime|nanosleep|sleep_for|getenv|fopen|ofstream|ifstream|basic_filebuf|[^n]printf$|puts$|write$|open64$| open$|socket|pthread_create|random_device|getrandom|asio|beast|sqlite'
bad=0
for library in failover container; do
  archive=build/release/lib$library/libunderstudy_$library.a
  if [ ! -f "$archive" ]; then echo "purity: build build/release first"; bad=1; continue; fi
  found=$(nm -C --undefined-only "$archive" 2>/dev/null | grep -E "$forbidden" || true)
  mangled=$(nm --undefined-only "$archive" 2>/dev/null | grep -E "$forbidden" || true)
  if [ -n "$found$mangled" ]; then printf 'lib%s uses:\n%s\n%s\n' "$library" "$found" "$mangled"; bad=1; fi
done
exit $bad
