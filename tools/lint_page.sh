#!/usr/bin/env bash
# Lint the page's scripts and styles by biome.jsonc; --fix mends what can be mended, and how the scripts are laid out.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tools/install_biome.sh
biome=.tools/node_modules/.bin/biome
if [ "${1:-}" = --fix ]; then exec "$biome" check --write; fi
exec "$biome" lint --error-on-warnings
