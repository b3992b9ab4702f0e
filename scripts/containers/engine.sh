# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# Makes sure that a Docker engine is running, and builds and checks the images.

engine_answers() { docker version >/dev/null 2>&1; }

missing=()
has_command docker || missing+=(docker.io)
has_command docker-compose || docker compose version >/dev/null 2>&1 || missing+=(docker-compose)
has_command curl || missing+=(curl)
if ! has_command dockerd && ! engine_answers; then missing+=(docker.io iptables); fi
install_debian "${missing[@]}"
if ! engine_answers; then
    say "Starting a Docker engine"
    [[ $EUID -eq 0 ]] || die "no Docker engine is running, and starting one requires root"
    start dockerd >"$work/dockerd.log" 2>&1
    engine=$started
    answers_or_ended() { engine_answers || ! is_running "$engine"; }
    await 60 "the Docker engine" answers_or_ended
    engine_answers || {
        tail -n 15 "$work/dockerd.log" >&2
        die "the Docker engine exited immediately; the end of its log is above"
    }
fi
# The builder that every engine has. The Dockerfile also works with BuildKit.
export DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0 BUILDKIT_PROGRESS=plain


export STEPCAST_VERSION=test
targets=(stream-gateway dashboard-cli demo-site agent-api)
if [[ $builds -eq 1 ]]; then
    "$root/deploy/base-images"
    since=$SECONDS
    for target in "${targets[@]}"; do
        say "Building stepcast/$target (the first time takes some minutes)"
        run docker build --file "$root/deploy/Dockerfile" --target "$target" --tag "stepcast/$target:test" "$root" \
            >"$work/build.log" 2>&1 || {
            tail -n 40 "$work/build.log" >&2
            die "the image of $target could not be built; the end of docker's output is above"
        }
    done
    figure "time to build the images" "$((SECONDS - since)) s"
fi

# Usage: check_image TARGET MEGABYTES
check_image() {
    local image=stepcast/$1:test size
    size=$(docker image inspect --format '{{.Size}}' "$image") || fail "there is no image $image"
    size=$((size / 1000000))
    figure "size of $image" "$size MB"
    ((size < $2)) || fail "$image has $size MB; the limit is $2 MB"
    passed
    expect "the user of $image" 10001:10001 "$(docker image inspect --format '{{.Config.User}}' "$image")"
    expect "the title of $image" "$1" \
        "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.title"}}' "$image")"
    expect "PID 1 of $image" tini "$(docker image inspect --format '{{index .Config.Entrypoint 0}}' "$image")"
    # All libraries must be there.
    docker run --rm --network none --entrypoint "/usr/local/bin/$1" "$image" --help >"$work/help.txt" ||
        fail "$1 --help does not work in its image"
    grep -q "USAGE: $1" "$work/help.txt" || fail "$1 --help prints something else"
    passed
}

say "Checking the images"
# libpq brings OpenSSL.
check_image stream-gateway 210
check_image dashboard-cli 200
check_image demo-site 200
check_image agent-api 1000

# An invalid setting prevents the start, with one line that names it.
status=0
docker run --rm --network none --env PORT=abc stepcast/stream-gateway:test >"$work/refused.txt" 2>&1 || status=$?
[[ $status -ne 0 && $(grep -c 'PORT=abc: must be' "$work/refused.txt") -eq 1 ]] ||
    fail "PORT=abc was not rejected as documented"
passed
