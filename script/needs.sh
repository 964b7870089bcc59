# Sourced by the scripts that need programs which a fresh machine may lack: on Debian and Ubuntu they are installed,
# elsewhere the script ends and says what to install.
# shellcheck shell=bash

have() { command -v "$1" >/dev/null 2>&1; }

# The browser's program, by the names that it goes by.
chromium_program() {
    local name
    for name in chromium chromium-browser google-chrome-stable google-chrome chrome; do
        if have "$name"; then
            command -v "$name"
            return
        fi
    done
    name="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    [ -x "$name" ] && echo "$name"
}

missing_words=()
missing_packages=()

# need WORDS PACKAGE COMMAND…: what people call it, its Debian package, and a command that succeeds when it is there.
need() {
    local words=$1 package=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        missing_words+=("$words")
        missing_packages+=("$package")
    fi
}

# Installs what the needs above found missing, or ends the script with the list of it.
install_missing() {
    [ ${#missing_words[@]} -gt 0 ] || return 0
    if ! have apt-get; then
        echo "$0 needs programs that are not installed here:" >&2
        printf '  - %s\n' "${missing_words[@]}" >&2
        echo "Install them with your system's package manager and run $0 again." >&2
        exit 1
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! have sudo; then
            echo "$0 needs programs that are not installed here. As root, run:" >&2
            echo "  apt-get install ${missing_packages[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing_packages[*]}"
    "${as_root[@]}" apt-get update -qq </dev/null
    local package packages=()
    for package in "${missing_packages[@]}"; do
        packages+=("$(package_here "$package")")
    done
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "${packages[@]}" </dev/null >/dev/null
    missing_words=()
    missing_packages=()
}

# Ubuntu has other names for Debian's Chromium.
package_here() {
    local known
    known=$(apt-cache policy "$1" 2>/dev/null)
    case $known:$1 in
        *"Candidate: "[!\(]*) echo "$1" ;;
        *:chromium) echo chromium-browser ;;
        *:chromium-driver) echo chromium-chromedriver ;;
        *) echo "$1" ;;
    esac
}

# Rust itself comes from rustup, which chooses the place, so it is not installed unasked.
need_rust() {
    have cargo || export PATH="$HOME/.cargo/bin:$PATH"
    if ! have cargo; then
        echo "$0 needs Rust 1.95 or newer: install it as https://rustup.rs says and run $0 again." >&2
        exit 1
    fi
    if have rustup; then
        cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
        cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
    fi
}

# The folder that cargo builds into.
target_folder() {
    cargo metadata --format-version 1 --no-deps --offline |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])'
}
