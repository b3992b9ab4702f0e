# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# The units of deploy/systemd under systemd, in a container that acts as a machine.

say "The units of deploy/systemd under systemd"
machine=$project-machine
mkdir -p "$work/systemd"
cp "$root"/deploy/systemd/*.service "$work/systemd/"
{
    printf 'FROM debian:bookworm-slim\n'
    printf 'RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends curl systemd %s' \
        "$(documented systemd | sed -n 's/^sudo apt-get install //p')"
    printf ' && rm -rf /var/lib/apt/lists/*\n'
    for target in "${targets[@]}"; do
        printf 'COPY --from=stepcast/%s:test /usr/local/bin/%s /usr/local/bin/\n' "$target" "$target"
    done
    # The password is passed as in the units, where these lines are commented out.
    printf 'COPY *.service /etc/systemd/system/\n'
    printf 'RUN sed -i "s/^#\\(LoadCredential\\|Environment\\)=/\\1=/" /etc/systemd/system/agent-api.service /etc/systemd/system/stream-gateway.service'
    printf ' && mkdir /etc/stepcast && echo "of-the-test" >/etc/stepcast/redis_password && chmod 600 /etc/stepcast/redis_password'
    printf ' && printf "%%s\\n"'
    documented systemd | sed '1,/<<CONF$/d; /^CONF$/,$d' | while IFS= read -r line; do printf ' "%s"' "$line"; done
    printf ' "requirepass of-the-test" >>/etc/redis/redis.conf'
    printf ' && systemctl enable redis-server %s\n' "$(documented systemd | sed -n 's/^sudo systemctl enable --now //p')"
    # Mounts that systemd makes for a service in a namespace only reach it if they are shared, as on a real machine.
    printf 'STOPSIGNAL SIGRTMIN+3\nCMD ["sh", "-c", "mount --make-rshared / && exec /lib/systemd/systemd"]\n'
} >"$work/systemd/Dockerfile"
docker build --tag stepcast/systemd:test "$work/systemd" >"$work/build.log" 2>&1 || {
    tail -n 20 "$work/build.log" >&2
    fail "the machine with systemd could not be built"
}
# What systemd needs to be a machine's first process. Its services drop all of that.
docker run --detach --name "$machine" --label "${labelled#label=}" --cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup:rw \
    --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --cap-add SYSLOG \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --tmpfs /run:exec --tmpfs /run/lock --tmpfs /tmp:exec --env container=docker stepcast/systemd:test >/dev/null
inside() { docker exec --interactive "$machine" "$@"; }
is_ready() { inside curl --silent --fail --output /dev/null "http://127.0.0.1:$1/readyz" 2>/dev/null; }
show_units() { inside systemctl --no-pager --full --lines 15 status agent-api stream-gateway >&2 || true; }
# Usage: await_ready PORT
await_ready() {
    local limit=$((SECONDS + 60))
    until is_ready "$1"; do
        ((SECONDS < limit)) || {
            show_units
            fail "nothing is ready on port $1 of the machine with systemd"
        }
        sleep 0.1
    done
    passed
}
await_ready 8000
await_ready 3000
docker exec --detach "$machine" demo-site --port 8080

# The privileges of a service. Chromium's processes have capabilities, but only in their own namespace, the sandbox.
for unit in agent-api stream-gateway; do
    found=$(inside cat "/proc/$(inside systemctl show --property MainPID --value "$unit")/status" |
        awk '
            /^Uid:/ && ($2 == 0 || $3 == 0) { print "root" }
            /^CapEff:/ && $2 !~ /^0+$/ { print "capabilities " $2 }
            /^NoNewPrivs:/ && $2 != 1 { print "new privileges" }
            /^Seccomp:/ && $2 != 2 { print "no seccomp filter" }' | sort -u)
    expect "what is wrong with the processes of $unit under systemd" "" "$found"
    # 0 is the most isolated, 10 the least.
    exposure=$(inside systemd-analyze security --no-pager "$unit" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
    figure "exposure of $unit by systemd-analyze (0 to 10)" "$exposure"
    awk -v exposure="$exposure" 'BEGIN { exit !(exposure != "" && exposure < 4) }' || fail "$unit is too exposed under systemd: $exposure"
    passed
done

# Usage: run_inside RUN TASK STATUS: follows a run in the machine; the exit status must be STATUS.
run_inside() {
    local status=0
    inside dashboard-cli run "$2" --request-id "$1" --json --quiet >"$work/$1.json" 2>"$work/$1.err" </dev/null || status=$?
    expect "the exit status of dashboard-cli for $1 under systemd: $(tail -n 3 "$work/$1.err")" "$3" "$status"
    inside redis-cli --no-auth-warning -a of-the-test XRANGE "browser_use_logs:$1" - + </dev/null |
        grep -o '^[0-9]\{10,\}-[0-9]*$' >"$work/truth.ids"
    grep -o '"id":"[0-9]*-[0-9]*"' "$work/$1.json" | ids | diff "$work/truth.ids" - >"$work/difference" ||
        fail "$1 under systemd: different records from those in Redis: $(cat "$work/difference")"
    passed
}
task='Go to 127.0.0.1:8080 and search for hello world'
run_inside units "$task" 0

say "Killing and stopping the services of systemd in the middle of a run"
for _ in {1..45}; do task+=', wait 2 seconds'; done
# A killed service is restarted; a stopped one ends its run.
(
    follow() { grep -c '"id"' "$work/broken.json" 2>/dev/null || true; }
    until [[ $(follow) -ge 4 ]]; do sleep 0.1; done
    inside systemctl kill --signal KILL stream-gateway
    inside systemctl kill --signal KILL redis-server
    until is_ready 3000; do sleep 0.1; done
    inside systemctl stop agent-api
) </dev/null &
breaker=$!
run_inside broken "$task" 4
wait "$breaker" || fail "the services could not be killed"
grep -q '"status":"cancelled"' "$work/broken.json" || fail "a run whose service was stopped ended differently: $(tail -n 1 "$work/broken.json")"
passed
inside systemctl start agent-api
await_ready 8000
run_inside again 'Go to 127.0.0.1:8080' 0
docker rm --force --volumes "$machine" >/dev/null
