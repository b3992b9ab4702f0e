# shellcheck shell=bash
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# Functions shared by scripts/demo, scripts/test and scripts/format. Sourced, not run.

# The repository's root, independent of the current directory.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# Where SwiftPM builds. Set STEPCAST_BUILD_DIR to build elsewhere.
# shellcheck disable=SC2034 # used by the scripts that source this one
build_dir=${STEPCAST_BUILD_DIR:-$root/.build}
[[ $build_dir == /* ]] || build_dir=$PWD/$build_dir

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' red='' plain=''
fi

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }

# Reports an error in one line and ends the script.
die() {
    printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# The folders with our own Swift code.
swift_folders() {
    printf '%s\n' "$root/Package.swift" "$root/Shared" "$root/services" "$root/examples" "$root/Tests" "$root/Plugins"
    if [[ -d $root/Benchmarks ]]; then printf '%s\n' "$root/Benchmarks"; fi
}

# --- Packages -------------------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }

has_header() {
    local directory
    for directory in /usr/include /usr/local/include /usr/include/*-linux-gnu; do
        if [[ -e $directory/$1 ]]; then return 0; fi
    done
    return 1
}

has_browser() {
    if [[ -n ${BROWSER_PATH:-} ]]; then
        [[ -x $BROWSER_PATH ]] || die "BROWSER_PATH=$BROWSER_PATH is not an executable program"
        return 0
    fi
    local name
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        if has_command "$name"; then return 0; fi
    done
    return 1
}

# Prints the missing Debian packages, one per line.
missing_packages() {
    # SwiftPM fetches the packages with git, over HTTPS.
    has_command git || echo git
    if has_command dpkg && [[ ! -e /etc/ssl/certs/ca-certificates.crt ]]; then echo ca-certificates; fi
    has_header hiredis/hiredis.h || echo libhiredis-dev
    has_header curl/curl.h || echo libcurl4-openssl-dev
    has_header libpq-fe.h || has_header postgresql/libpq-fe.h || echo libpq-dev
    has_header sqlite3.h || echo libsqlite3-dev
    has_command redis-server || echo redis-server
    has_command redis-cli || echo redis-tools
    has_browser || echo chromium-headless-shell
}

require_swift() {
    has_command swift || die "no Swift toolchain on PATH: install Swift 6.2 or newer (https://www.swift.org/install)"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $version in
        '') die "swift is on PATH, but 'swift --version' reports no version" ;;
        [0-5].* | 6.[01]) die "Swift $version is too old: install Swift 6.2 or newer (https://www.swift.org/install)" ;;
    esac
}

# Makes the virtual environment $1 with what the file $2 asks for. It is made once, and again when what is asked for or
# the Python has changed.
make_python() {
    local python=$1 wanted=$2
    if [[ -x $python/bin/python ]] && cmp -s "$wanted" "$python/requirements.txt" &&
        "$python/bin/python" -m pip check >/dev/null 2>&1; then return 0; fi
    say "Installing $(tr '\n' ' ' <"$wanted")for Python"
    rm -rf -- "$python"
    mkdir -p "$build_dir"
    run python3 -m venv "$python" || die "python3 could not create the virtual environment $python"
    install_into_python "$python" --requirement "$wanted"
    # Done last, so that an unfinished environment is created again.
    cp "$wanted" "$python/requirements.txt"
}

# Installs the packages given by the other arguments into the virtual environment $1.
install_into_python() {
    local python=$1 log
    shift
    log=$(mktemp "${TMPDIR:-/tmp}/stepcast-pip.XXXXXX")
    if ! run "$python/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "pip could not install $*; its output is above"
    fi
    rm -f "$log"
}

# Installs what is missing, and more packages if they are given as arguments.
install_packages() {
    # Inside <(…) an invalid BROWSER_PATH could not end this script; here it can.
    if [[ -n ${BROWSER_PATH:-} ]]; then has_browser; fi
    local missing
    mapfile -t missing < <(missing_packages)
    install_debian "${missing[@]}" "$@"
}

# Installs the given Debian packages.
install_debian() {
    if [[ $# -eq 0 ]]; then return 0; fi
    has_command apt-get || die "missing: $* (names of Debian packages; there is no apt-get to install them)"
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        has_command sudo || die "missing: $* (run as root: apt-get install $*)"
        as_root=(sudo)
    fi
    say "Installing $*"
    local log
    log=$(mktemp "${TMPDIR:-/tmp}/stepcast-apt.XXXXXX")
    # Two scripts may install at the same time, and apt-get does not wait for another one.
    exec 8>"${TMPDIR:-/tmp}/stepcast-apt.lock"
    flock 8
    if ! {
        "${as_root[@]}" apt-get update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
                apt-get install --yes --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null 8>&-; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "apt-get could not install $*; its output is above"
    fi
    exec 8>&-
    rm -f "$log"
}

# --- Processes ------------------------------------------------------------------------------------------------------

# One guardian ends every process and removes every directory that it was told of, as soon as this script is gone:
# it waits for the end of a pipe that only this script holds. So it does its work after the last line, after Ctrl-C,
# after a failure, and also after a kill -9.
start_guardian() {
    local fifo
    fifo=$(mktemp -u "${TMPDIR:-/tmp}/stepcast-fifo.XXXXXX")
    mkfifo -m 600 "$fifo"
    (
        trap '' INT TERM HUP
        guard
    ) <"$fifo" &
    guardian=$!
    exec 9>"$fifo"
    rm -f "$fifo"
    trap finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

guard() {
    local what value pids=() directories=() index
    while read -r what value; do
        case $what in
            process) pids+=("$value") ;;
            ended) for index in "${!pids[@]}"; do
                if [[ ${pids[index]%:*} == "$value" ]]; then unset "pids[index]"; fi
            done ;;
            directory) directories+=("$value") ;;
        esac
    done
    # In reverse order of starting, so that nothing loses what it depends on.
    pids=("${pids[@]}")
    for ((index = ${#pids[@]} - 1; index >= 0; index--)); do
        end_group "${pids[index]}"
    done
    for value in "${directories[@]}"; do
        rm -rf -- "$value"
    done
}

# Terminates a process, and kills its whole group if it does not end within ten seconds.
end_group() {
    local pid=${1%:*} since=${1#*:} tries=0
    # Unless the id belongs to another process by now, which has a later start time.
    if is_running "$pid" && [[ $since == "${stat_fields[19]}" ]]; then
        kill -TERM "$pid" 2>/dev/null || true
        while is_running "$pid" && ((tries++ < 200)); do
            sleep 0.05
        done
        kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
    fi
}

# Whether a process is there and not just waiting to be collected by its parent. $stat_fields is what proc(5) calls
# stat, from the third field on: behind the name, which is in parentheses and may hold anything.
is_running() {
    local stat=''
    # Not $(<…): if the process ends at this moment, that would end this shell too.
    { IFS= read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || [[ -n $stat ]] || return 1
    read -r -a stat_fields <<<"${stat##*) }"
    [[ ${stat_fields[0]:-X} != [ZX] ]]
}

# Registers the process $started with the guardian.
watch_over() {
    is_running "$started" || true
    echo "process $started:${stat_fields[19]:-}" >&9
}

finish() {
    trap '' HUP INT TERM
    exec 9>&-
    wait "$guardian" 2>/dev/null || true
}

# Runs a command in a session of its own, so that Ctrl-C reaches this script alone, which then ends all in order.
# The process id is in $started.
start() {
    setsid "$@" </dev/null 9>&- &
    started=$!
    watch_over
}

# Waits for the last started process and returns its exit status.
finished() {
    local status=0
    wait "$started" || status=$?
    echo "ended $started" >&9
    return "$status"
}

# Runs a command as `start` does, waits for it and returns its exit status.
run() {
    start "$@"
    finished
}

# Creates a directory that is removed at the end. Its path is in $work.
make_work_directory() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/stepcast-$1.XXXXXX")
    echo "directory $work" >&9
}

# --- Services -------------------------------------------------------------------------------------------------------

# These expect the programs in $bin, and a directory in $work.
bin=''

# Ends the script and shows the end of a service's log.
failed() {
    local name=$1 problem=$2
    tail -n 15 "$work/$name.log" >&2 || true
    die "$name $problem; the end of its log is above"
}

# Waits until the process $2 has done what the rest of the arguments test, or ends the script.
await() {
    local name=$1 pid=$2 tries=0
    shift 2
    until "$@"; do
        is_running "$pid" || return 1
        ((tries++ < 600)) || failed "$name" "was not ready within 30 seconds"
        sleep 0.05
    done
    is_running "$pid"
}

redis_answers() { [[ $(redis-cli -s "$work/redis.sock" PING 2>/dev/null) == PONG ]]; }
site_is_up() { [[ -s $work/demo-site.out ]]; }
is_ready() { [[ $(http_status "$1" /readyz) == 200 ]]; }

# Starts a service on a port that is free; if somebody else was quicker to take it, on another one.
# Usage: start_service NAME VARIABLE=VALUE… ; the port is in $port.
start_service() {
    local name=$1 tries
    shift
    for tries in 1 2 3 4 5; do
        pick_port
        # Neither the caller's environment nor an .env file affects it.
        (cd "$work" && exec 9>&- && exec setsid env -i "PATH=$PATH" "HOME=$work" "TMPDIR=$work" LANG=C.UTF-8 \
            ${BROWSER_PATH:+"BROWSER_PATH=$BROWSER_PATH"} HOST=127.0.0.1 "PORT=$port" "$@" "$bin/$name") \
            </dev/null >"$work/$name.log" 2>&1 &
        started=$!
        watch_over
        if await "$name" "$started" is_ready "$port"; then return 0; fi
        if [[ $tries -eq 5 ]] || ! grep -qi 'in use' "$work/$name.log"; then failed "$name" "ended at once"; fi
    done
}

# Starts a Redis on a Unix socket in $work, which needs no port and cannot be reached by other users. Its URL is in
# $redis_url.
start_redis() {
    start redis-server --port 0 --unixsocket "$work/redis.sock" --unixsocketperm 700 --dir "$work" --save '' \
        --appendonly no --logfile "$work/redis-server.log"
    await redis-server "$started" redis_answers || failed redis-server "ended at once"
    # shellcheck disable=SC2034 # used by the scripts that source this one
    redis_url="unix://$work/redis.sock"
}

# Starts the demo site. Its URL, which ends in a slash, is in $site.
start_demo_site() {
    start "$bin/demo-site" --port 0 >"$work/demo-site.out" 2>"$work/demo-site.log"
    await demo-site "$started" site_is_up || failed demo-site "ended at once"
    # shellcheck disable=SC2034 # used by the scripts that source this one
    site=$(head -n 1 "$work/demo-site.out")
}

# --- Network --------------------------------------------------------------------------------------------------------

# Sets $port to a TCP port of 127.0.0.1 on which nothing listens, below the range that the system gives to clients.
pick_port() {
    while true; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 0; fi
    done
}

# Prints the status of GET $2 on port $1, or nothing. curl may be missing here.
http_status() {
    local status=''
    {
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
        read -r -t 5 _ status _ <&3
    } 3<>"/dev/tcp/127.0.0.1/$1" || true
    printf '%s' "$status"
} 2>/dev/null
