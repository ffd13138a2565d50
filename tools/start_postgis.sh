#!/usr/bin/env bash
# A private PostgreSQL with PostGIS for the tests, on a loopback port, in a folder of its own.
#
#   dsn=$(tools/start_postgis.sh start FOLDER)    FOLDER is made; the DSN is printed
#   tools/start_postgis.sh stop FOLDER            stops the server and removes FOLDER
#
# PostgreSQL refuses to run as root: then it runs as the user postgres of Debian's package. The password is
# random and stays in FOLDER/passfile, readable by the caller alone; the DSN names that file, not the password.
set -euo pipefail
usage="usage: $0 start|stop FOLDER"
action=${1:?$usage}
folder=${2:?$usage}

if [ "$(id -u)" -eq 0 ]; then
  server_user=postgres
  id "$server_user" >/dev/null 2>&1 || { echo "$0: there is no user $server_user; run tools/install_system_packages.sh" >&2; exit 3; }
  as_server() { (cd / && exec setpriv --reuid="$server_user" --regid="$server_user" --clear-groups "$@"); }
else
  server_user=$(id -un)
  as_server() { "$@"; }
fi
programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ]; then
  echo "$0: no PostgreSQL under /usr/lib/postgresql; run tools/install_system_packages.sh" >&2
  exit 3
fi

case "$action" in
start)
  if [ -e "$folder" ]; then echo "$0: $folder is there already" >&2; exit 2; fi
  # Others may pass through the folder, to the server's own part of it, but read nothing in it.
  mkdir -m 711 -p "$folder"
  folder=$(cd "$folder" && pwd)
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '127.0.0.1:*:*:durand:%s\n' "$password" >"$folder/passfile")
  mkdir -m 700 "$folder/server"
  (umask 077 && printf '%s\n' "$password" >"$folder/server/initial")
  chown -R "$server_user" "$folder/server"
  as_server "$programs/initdb" --pgdata="$folder/server/data" --username=durand --auth=scram-sha-256 \
    --pwfile="$folder/server/initial" --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 3; }
  rm "$folder/server/initial"
  for _ in 1 2 3 4 5; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
    # Nothing but the loopback port: no socket that others could find. fsync costs time that a test can spare.
    if as_server "$programs/pg_ctl" --pgdata="$folder/server/data" --log="$folder/server/log" --wait --silent \
      --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start >&2; then
      ask() {
        "$programs/psql" --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 --command="$2" \
          --dbname="postgresql://durand@127.0.0.1:$port/$1?passfile=$folder/passfile" >&2
      }
      if ! ask postgres "CREATE DATABASE durand" || ! ask durand "CREATE EXTENSION postgis"; then
        echo "$0: PostGIS cannot be set up; run tools/install_system_packages.sh" >&2
        "$0" stop "$folder"
        exit 3
      fi
      echo "postgresql://durand@127.0.0.1:$port/durand?passfile=$folder/passfile"
      exit 0
    fi
  done
  echo "$0: the server does not start:" >&2
  cat "$folder/server/log" >&2 || true
  exit 3
  ;;
stop)
  if [ -f "$folder/server/data/postmaster.pid" ]; then
    as_server "$programs/pg_ctl" --pgdata="$folder/server/data" --mode=immediate --wait --silent stop
  fi
  if [ -f "$folder/server/data/PG_VERSION" ]; then rm -rf "$folder"; fi
  ;;
*)
  echo "$usage" >&2
  exit 2
  ;;
esac
