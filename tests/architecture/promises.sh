#!/usr/bin/env bash
# Every test that docs/security.md names exists: a file, a tag, or a test with that name or beginning.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0
files=$(git ls-files tests web/e2e)
tests=$(git grep -hE 'TEST_CASE|\[[a-z]+\]"|^def test_' -- tests)
promises=$(sed -n '/^## Promises/,/^## Not promised/p' docs/security.md)
missing() { printf 'docs/security.md names a test that does not exist: %s\n' "$1"; bad=1; }
has() { grep -qF -e "$1" <<<"$tests"; }

while read -r name; do
  case "$name" in
    *\**) ;;  # a file pattern
    *.cpp | *.py | *.ts) grep -qxE -e "(.*/)?${name//./\\.}" <<<"$files" || missing "$name" ;;
    \[*) has "$name" || missing "$name" ;;
    test_*…) has "def ${name%…}" || missing "$name" ;;
    test_*) has "def $name(" || missing "$name" ;;
  esac
done < <(grep -oE '`[^`]+`' <<<"$promises" | tr -d '`')
while read -r sentence; do  # the name of a C++ test, or of a Python test with underscores
  begin=${sentence%…} words=${sentence//[ -]/_}
  has "\"$begin" || has "def test_${words%…}" || missing "$sentence"
done < <(grep -oE '"[^"]+"' <<<"$promises" | tr -d '"')
exit $bad
