# Sourced by the other scripts: where things are, and what the machine has to have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A second checkout or a second configuration builds beside the first with VITALS_SCRATCH=.build-NAME.
scratch=${VITALS_SCRATCH:-.build}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
[ -t 2 ] || say() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# What the build links with, and what the tests run for real.
packages=(pkg-config libsystemd-dev libbluetooth-dev libmosquitto-dev libsqlite3-dev zlib1g-dev
    mosquitto mosquitto-clients openssl binutils dbus-daemon)

# What scripts/bench makes and runs its emulated machine with.
bench_packages=(qemu-system-x86 mmdebstrap squashfs-tools kmod cpio zstd python3 python3-venv)

# What scripts/portability compiles the core for arm64 with, and runs it.
portability_packages=(gcc-aarch64-linux-gnu qemu-user)

# What scripts/torture has as peers and looks for leaks with.
torture_packages=(nats-server rabbitmq-server valgrind iproute2 python3 python3-venv)

need_toolchain() {
    command -v swift >/dev/null || die "no Swift toolchain: install Swift 6.3 for Debian 12 (swift.org/install) and put it on PATH"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $version in
        6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
        *) die "Swift $version is too old: 6.3 or later is needed" ;;
    esac
}

# Installs the Debian packages that are missing, after saying so. Without root or sudo it names them and stops, before
# anything has been built or written.
need_packages() {
    local missing=() package
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || die "these Debian packages are missing, and there is no root or sudo here to install them; ask an administrator to run:
    apt-get install ${missing[*]}"
        root=(sudo)
    fi
    say "Installing with apt: ${missing[*]}"
    "${root[@]}" apt-get update -qq
    # RUNLEVEL keeps Debian from starting the brokers among them as services (invoke-rc.d(8)).
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Installs what only some suites need, where that can be done: a suite without its program is skipped, and says so.
wish_packages() { (packages=("$@") && need_packages) || say "Going on without them"; }

build() { # build CONFIGURATION [swift build options]
    local quiet=(--quiet)
    [ ! -t 2 ] || quiet=()
    say "Building ($1)"
    swift build -c "$1" --scratch-path "$scratch" "${quiet[@]}" "${@:2}" >&2
}

# A TCP port on the loopback address that nobody listens on.
free_port() {
    local port
    for port in $(shuf -i 20000-59999 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    die "no free port on 127.0.0.1"
}
