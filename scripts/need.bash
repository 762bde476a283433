#!/usr/bin/env bash
# Sourced by scripts that need other programs.

# need PROGRAM PACKAGE...: installs Debian packages where the program is missing and that may be done
# (as root, or with sudo under CI).
need() {
    local program=$1
    shift
    command -v "$program" >/dev/null || install_debian "$@"
    command -v "$program" >/dev/null
}

install_debian() {
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        [ -n "${CI:-}" ] && command -v sudo >/dev/null || return 1
        as=(sudo)
    fi
    command -v apt-get >/dev/null || return 1
    if [ -z "${updated:-}" ]; then
        "${as[@]}" apt-get update -qq && updated=yes
    fi
    echo "installing $*" >&2
    DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# players: what tests/players needs to make live channels and play them in Chromium and ffmpeg.
players() {
    need node nodejs && need npm npm && need chromium chromium && need ffmpeg ffmpeg && need nginx nginx-light &&
        font DejaVuSansMono-Bold.ttf fonts-dejavu-core &&
        npm --prefix tests/players ci --no-audit --no-fund --loglevel=error
}

# page: the demo page's npm packages. Installed anew only when they have to be: cargo builds them into the
# binary, and would build all of it again.
page() {
    local folder=src/demo/page
    cmp -s $folder/package-lock.json $folder/node_modules/.installed && return
    npm --prefix $folder ci --no-audit --no-fund --loglevel=error &&
        cp $folder/package-lock.json $folder/node_modules/.installed &&
        touch src/demo/page.rs # cargo does not see that a new file has come
}

font() {
    [ -e "/usr/share/fonts/truetype/dejavu/$1" ] || install_debian "$2"
}

# venv NAME REQUIREMENTS: makes a Python environment with those packages and prints its interpreter.
venv() {
    local folder=target/venv/$1 requirements=$2
    if ! cmp -s "$requirements" "$folder/requirements.txt"; then
        need python3 python3 || return 1
        python3 -c 'import ensurepip' 2>/dev/null || install_debian python3-venv || return 1
        python3 -m venv --clear "$folder" >&2 &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2 &&
            cp "$requirements" "$folder/requirements.txt" || return 1
    fi
    echo "$folder/bin/python"
}
