#!/usr/bin/env bash
# axe-core from npm, which the tests of the page use and nothing else; nothing of it is part of a map.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.14.1
if grep -qs "\"version\": \"$version\"" node_modules/axe-core/package.json; then exit 0; fi
command -v npm >/dev/null || { echo "npm is not on PATH; the accessibility tests will be skipped" >&2; exit 3; }
npm install --no-save --no-package-lock --no-audit --no-fund --silent "axe-core@$version"
