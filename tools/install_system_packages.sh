#!/usr/bin/env bash
# From Debian's packages: Chromium with its driver and the Noto fonts, for the tests that open a map; PostgreSQL with
# PostGIS, for those that export to it; Ghostscript and poppler, for those that read printed maps.
set -euo pipefail
wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
command -v chromedriver >/dev/null || wanted+=(chromium-driver)
command -v gs >/dev/null || wanted+=(ghostscript)
command -v pdfinfo >/dev/null || wanted+=(poppler-utils)
fc-list 2>/dev/null | grep -q NotoNaskhArabic || wanted+=(fontconfig fonts-noto-core)
if ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; then
  wanted+=(postgresql-postgis postgresql-postgis-scripts)
  # The tests start a server of their own; the package need not make one.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
fi
if [ "${#wanted[@]}" -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"
fi
