#!/bin/sh
# The README's two commands on bare Debian roots: what a machine has that holds nothing but the base system, Node and npm.
#
#   scripts/bare-roots.sh FOLDER [RELEASE] [USER] [SERVER] [NODE] [WORK]
#
#   RELEASE  bookworm, trixie                     USER    root (home of mode 0700), plain (no sudo)
#   SERVER   fetched, installed, none (no apt, no network)
#   NODE     floor (the oldest that is supported), own (the distribution's)
#   WORK     demo, test
#
# A word may be a list with commas; left out, it is all of them, but for WORK, which is demo. FOLDER keeps the roots and logs.
# Needs root, debootstrap and npm. Mirror and CA certificates are those of this machine, npm's settings are the caller's.
set -eu

clone=$(cd "$(dirname "$0")/.." && pwd)
roots=$(mkdir -p "$1" && cd "$1" && pwd)
releases=${2:-bookworm,trixie} users=${3:-root,plain} servers=${4:-fetched,installed,none} nodes=${5:-floor,own} works=${6:-demo}
floor=22.18.0
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)*\([^ ]*\) .*/\2/p' | grep '/debian/*$' | head -1)
root=

finish() {
  [ -z "$root" ] || for mount in dev/shm dev/pts sys proc; do umount -l "$root/$mount" 2>/dev/null || :; done
  root=
}
trap finish EXIT
trap 'exit 1' INT TERM

inside() { # as USER, in a fresh environment: inside USER COMMAND
  case $1 in root) home=/root ;; *) home=/home/plain ;; esac
  wrap=
  [ "$server" != none ] || wrap='unshare -n'
  $wrap chroot --userspec="$1" "$root" /usr/bin/env -i HOME=$home USER="$1" LANG=C.UTF-8 TERM=dumb \
    PATH="$path" NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt npm_config_cafile=/etc/ssl/machine.crt \
    /bin/sh -c "cd $home && $2"
}

base() { # the base system, once for each release
  [ -e "$roots/$1.base/etc/os-release" ] || debootstrap --variant=minbase "$1" "$roots/$1.base" "$mirror" > "$roots/$1.base.log"
}

prepare() { # RELEASE USER SERVER NODE
  base "$1"
  root=$roots/$1-$2-$3-$4
  rm -rf --one-file-system "$root"
  cp -a --reflink=auto "$roots/$1.base" "$root"
  mkdir -p "$root/etc/ssl"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  # a name of its own: the package ca-certificates would overwrite the usual one
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/machine.crt"
  mkdir -p "$root/dev/pts" "$root/dev/shm"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sys "$root/sys"
  mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 pts "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  chroot "$root" useradd -m -s /bin/sh plain
  chmod 700 "$root/root"
  [ "$3" != installed ] || install_packages mariadb-server-core
  path=/usr/local/bin:/usr/bin:/bin
  [ "$2" != root ] || path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  case $4 in
    own) install_packages nodejs npm ;;
    *)
      mkdir -p "$roots/node"
      [ -x "$roots/node/node_modules/node/bin/node" ] ||
        (cd "$roots/node" && echo '{"private":true,"allowScripts":{"node":true}}' > package.json && npm install "node@$floor" npm@10.9.3)
      cp "$roots/node/node_modules/node/bin/node" "$root/usr/local/bin/node"
      cp -r "$roots/node/node_modules/npm" "$root/usr/local/lib/npm"
      for name in npm npx; do ln -s "../lib/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"; done
      ;;
  esac
  home=$root/home/plain
  [ "$2" != root ] || home=$root/root
  git -C "$clone" archive --prefix=handrail/ HEAD | tar -x -C "$home"
  npm config get registry | sed 's/^/registry=/' > "$home/.npmrc"
  echo 'audit=false
fund=false
update-notifier=false' >> "$home/.npmrc"
  [ "$2" = root ] || chroot "$root" chown -R plain: /home/plain
}

install_packages() {
  chroot "$root" sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $*" > "$root.apt.log" 2>&1
}

try() { # RELEASE USER SERVER NODE WORK
  server=fetched
  prepare "$1" "$2" "$3" "$4"
  log=$root.log
  status=0
  inside "$2" "cd handrail && npm ci" > "$log" 2>&1 || status=$?
  server=$3
  # without a way to fetch one: no network, and not even apt
  [ "$3" != none ] || rm -f "$root"/usr/bin/apt*
  [ $status -ne 0 ] || case $5 in
    demo) inside "$2" "cd handrail && npm run demo" < /dev/null >> "$log" 2>&1 || status=$? ;;
    test) inside "$2" "cd handrail && npm test" < /dev/null >> "$log" 2>&1 || status=$? ;;
  esac
  expected=0
  [ "$3" != none ] || expected=69
  bugs=$(grep -c 'bug in Handrail' "$log" || :)
  warnings=$(grep -c '^npm warn\|^npm WARN' "$log" || :)
  printf '%-9s %-6s %-10s %-6s %-5s exit %s (expected %s), %s npm warnings, %s bugs: %s\n' "$1" "$2" "$3" "$4" "$5" $status $expected "$warnings" "$bugs" "$log"
  root_of_try=$root
  finish
  rm -rf --one-file-system "$root_of_try"
}

for release in $(echo "$releases" | tr , ' '); do
  for user in $(echo "$users" | tr , ' '); do
    for server_kind in $(echo "$servers" | tr , ' '); do
      for node in $(echo "$nodes" | tr , ' '); do
        for work in $(echo "$works" | tr , ' '); do try "$release" "$user" "$server_kind" "$node" "$work"; done
      done
    done
  done
done
