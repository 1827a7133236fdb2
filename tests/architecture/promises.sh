#!/usr/bin/env bash
# Every test that docs/security.md names for a promise exists: a file, a tag, or a test by the beginning of its name.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
files=$(git ls-files tests web/e2e)
tests=$(git grep -hE 'TEST_CASE|\[[a-z]+\]"|^def test_' -- tests)
promises=$(sed -n '/^## Promises/,/^## Not promised/p' docs/security.md)
missing() { printf 'docs/security.md names a test that is not there: %s\n' "$1"; bad=1; }
has() { grep -qF -e "$1" <<<"$tests"; }

while read -r name; do
  case "$name" in
    *\**) ;;  # which files there are
    *.cpp | *.py | *.ts) grep -qxE -e "(.*/)?${name//./\\.}" <<<"$files" || missing "$name" ;;
    \[*) has "$name" || missing "$name" ;;
    test_*…) has "def ${name%…}" || missing "$name" ;;
    test_*) has "def $name(" || missing "$name" ;;
  esac
done < <(grep -oE '`[^`]+`' <<<"$promises" | tr -d '`')
while read -r sentence; do  # of a test in C++, or with underscores in Python
  begin=${sentence%…} words=${sentence//[ -]/_}
  has "\"$begin" || has "def test_${words%…}" || missing "$sentence"
done < <(grep -oE '"[^"]+"' <<<"$promises" | tr -d '"')
exit $bad
