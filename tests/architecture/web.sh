#!/usr/bin/env bash
# Rules of the dashboard that eslint does not check: no barrels, no other host, one file that imports the generated types.
set -euo pipefail
cd "$(dirname "$0")/../../web"
bad=0
refuse() {  # message, lines found
  if [ -n "$2" ]; then printf '%s:\n%s\n' "$1" "$2"; bad=1; fi
}
look() { grep -rnE --include='*.ts' --include='*.tsx' "$@" || true; }
refuse 'no barrels: import from the file that defines it' "$(find src -name 'index.ts' -o -name 'index.tsx')"
refuse 'import wire types from src/api/types.ts' "$(look "from '.*/schema'" src | grep -vE '^src/(api|testing)/' || true)"
refuse 'no cast past the compiler' "$(look 'as unknown as|@ts-ignore|@ts-nocheck' src e2e .storybook)"
refuse 'nothing is fetched when the page is loaded' "$(grep -nE '(src|href)="https?:' index.html || true)"
refuse 'components take the time from useNow' \
  "$(look 'Date\.now\(|new Date\(\)' src --exclude='*.ts' | grep -vE '\.(test|stories)\.tsx:|^src/testing' || true)"
exit $bad
