#!/bin/sh
# The README's two commands on bare Debian roots: what a machine has that holds nothing but the base system, Node and npm.
#
#   scripts/bare-roots.sh FOLDER [RELEASE] [USER] [NODE] [SERVER] [WORK]
#
#   RELEASE  bookworm, trixie
#   USER     root (under a home of mode 0700), plain (without sudo)
#   NODE     floor (the oldest that is supported), own (the distribution's)
#   SERVER   none (no network, no apt), offline (no network), fetched, installed
#   WORK     demo, test
#
# A word may be a list with commas; left out, it is all of them, but for WORK, which is demo. Each root is made afresh for
# RELEASE, USER and NODE, has one `npm ci`, and goes when it is done; FOLDER keeps the base systems and what was said.
# Needs root, debootstrap and npm. Mirror and CA certificates are those of this machine, npm's settings are the caller's.
set -eu

clone=$(cd "$(dirname "$0")/.." && pwd)
roots=$(mkdir -p "$1" && cd "$1" && pwd)
releases=${2:-bookworm,trixie} users=${3:-root,plain} nodes=${4:-floor,own} servers=${5:-none,offline,fetched,installed} works=${6:-demo}
floor=22.18.0
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)*\([^ ]*\) .*/\2/p' | grep '/debian/*$' | head -1)
root= home=

finish() {
  [ -z "$root" ] || for mount in dev/shm dev/pts sys proc; do umount -l "$root/$mount" 2>/dev/null || :; done
  root=
}
trap finish EXIT
trap 'exit 1' INT TERM

inside() { # as USER, in a fresh environment: inside USER COMMAND
  wrap=
  case $server in none | offline) wrap='unshare -n' ;; esac
  $wrap chroot --userspec="$1" "$root" /usr/bin/env -i HOME="$home" USER="$1" LANG=C.UTF-8 TERM=dumb \
    PATH="$path" NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt npm_config_cafile=/etc/ssl/machine.crt \
    /bin/sh -c "cd '$home' && $2"
}

base() { # the base system, once for each release
  [ -e "$roots/$1.base/etc/os-release" ] || debootstrap --variant=minbase "$1" "$roots/$1.base" "$mirror" > "$roots/$1.base.log"
}

prepare() { # RELEASE USER NODE
  base "$1"
  root=$roots/$1-$2-$3
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
  path=/usr/local/bin:/usr/bin:/bin
  [ "$2" != root ] || path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  case $3 in
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
  home=/home/plain
  [ "$2" != root ] || home=/root
  git -C "$clone" archive --prefix=handrail/ HEAD | tar -x -C "$root$home"
  npm config get registry | sed 's/^/registry=/' > "$root$home/.npmrc"
  echo 'audit=false
fund=false
update-notifier=false' >> "$root$home/.npmrc"
  [ "$2" = root ] || chroot "$root" chown -R plain: /home/plain
}

install_packages() {
  chroot "$root" sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $*" > "$root.apt.log" 2>&1
}

equip() { # USER SERVER: what the machine has for the next try; nothing is left of the one before
  rm -rf --one-file-system "${root:?}$home/.cache/handrail/mariadb" "${root:?}$home/.cache/handrail/mysql"
  for name in apt apt-get apt-cache; do
    case $2 in
      none) [ ! -e "$root/usr/bin/$name" ] || mv "$root/usr/bin/$name" "$root/var/$name" ;;
      *) [ ! -e "$root/var/$name" ] || mv "$root/var/$name" "$root/usr/bin/$name" ;;
    esac
  done
  case $2 in
    installed) install_packages mariadb-server-core ;;
    *) chroot "$root" dpkg --purge mariadb-server-core > /dev/null 2>&1 || : ;;
  esac
}

try() { # RELEASE USER NODE SERVER WORK
  log=$roots/$1-$2-$3-$4-$5.log
  equip "$2" "$4"
  server=$4
  status=0
  case $5 in
    demo) inside "$2" "cd handrail && npm run demo" < /dev/null > "$log" 2>&1 || status=$? ;;
    test) inside "$2" "cd handrail && npm test" < /dev/null > "$log" 2>&1 || status=$? ;;
  esac
  case $4,$5 in none,demo | offline,demo) expected=69 ;; *) expected=0 ;; esac
  bugs=$(grep -c 'bug in Handrail\|^ *at .*:[0-9]*:[0-9]*)*$' "$log" || :)
  echo "$1 $2 $3 $4 $5: exit $status, expected $expected; bugs and stack traces: $bugs; $log"
}

for release in $(echo "$releases" | tr , ' '); do
  for user in $(echo "$users" | tr , ' '); do
    for node in $(echo "$nodes" | tr , ' '); do
      prepare "$release" "$user" "$node"
      server=fetched status=0
      inside "$user" "cd handrail && npm ci" > "$root.ci.log" 2>&1 || status=$?
      echo "$release $user $node npm ci: exit $status, $(grep -ci '^npm warn' "$root.ci.log" || :) lines of warnings; $root.ci.log"
      for kind in $(echo "$servers" | tr , ' '); do
        for work in $(echo "$works" | tr , ' '); do [ $status -ne 0 ] || (trap - EXIT && try "$release" "$user" "$node" "$kind" "$work"); done
      done
      used=$root
      finish
      rm -rf --one-file-system "$used"
    done
  done
done
