#!/usr/bin/env bash
# Chromium with its driver and the Noto fonts, from Debian's packages, for the tests that open a map.
set -euo pipefail
wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
command -v chromedriver >/dev/null || wanted+=(chromium-driver)
fc-list 2>/dev/null | grep -q NotoNaskhArabic || wanted+=(fontconfig fonts-noto-core)
if [ "${#wanted[@]}" -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"
fi
