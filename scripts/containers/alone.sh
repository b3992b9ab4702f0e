# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2317 # scripts/test-containers sources this beside the others
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# Each service by itself: the docker run lines of docs/operations.md.

say "The docker run lines of docs/operations.md"
pick_port
alone_api=$port
pick_port
alone_gateway=$port
# The documented lines, with unused names and ports.
documented 'docker run' |
    sed -e "s/stepcast-/$project-/g" -e "s/docker \(run\|network create\|volume create\)/& --label ${labelled#label=}/" \
        -e "s/127.0.0.1:8000/127.0.0.1:$alone_api/; s/127.0.0.1:3000/127.0.0.1:$alone_gateway/" \
        -e 's/:latest/:test/' >"$work/alone.sh"
bash -euo pipefail "$work/alone.sh" >"$work/alone.log" 2>&1 || {
    cat "$work/alone.log" >&2
    fail "a documented docker run line failed"
}
for service in agent-api stream-gateway; do
    await 60 "the health of $service" is_healthy "$project-$service"
done
curl --silent --fail --output "$work/ready" "http://127.0.0.1:$alone_api/readyz" || fail "agent-api by itself is not ready"
curl --silent --fail --output "$work/ready" "http://127.0.0.1:$alone_gateway/readyz" || fail "stream-gateway by itself is not ready"
passed
# In a Docker network a page cannot reach its neighbours, unless configured otherwise.
curl --silent --show-error --fail --output "$work/blocked" "http://127.0.0.1:$alone_api/api/agents" -H 'Content-Type: application/json' \
    -d "{\"task\":\"Go to $project-stream-gateway:3000/healthz\",\"request_id\":\"blocked\"}" || fail "POST /api/agents of agent-api by itself"
is_over() { curl --silent "http://127.0.0.1:$alone_api/api/agents/blocked" | grep -q '"finished_at"'; }
await 60 "the end of a run to a private address" is_over
curl --silent "http://127.0.0.1:$alone_api/api/agents/blocked" >"$work/blocked"
grep -q '"status":"failed".*private address' "$work/blocked" || fail "a page in the network of the services was not blocked: $(<"$work/blocked")"
passed
# Without Redis it keeps running, reports the problem, and is not healthy.
docker stop "$project-redis" >/dev/null
is_unhealthy() { [[ $(docker inspect --format '{{.State.Health.Status}} {{.State.Running}}' "$1") == 'unhealthy true' ]]; }
await 90 "a gateway without Redis to be unhealthy" is_unhealthy "$project-stream-gateway"
passed
# shellcheck disable=SC2046 # one name a word
docker rm --force --volumes $(docker ps --all --quiet --filter "name=^$project-(redis|agent-api|stream-gateway)\$") >/dev/null
