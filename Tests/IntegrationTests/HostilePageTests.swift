//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Web pages that try to misuse their visitor's access to agent-api, in a real Chromium.
@Suite("Web pages that try to start a run")
struct HostilePageTests {
    /// Sends a body to each base URL in every way that works without a preflight, and in some that need one, then
    /// reports that it is done.
    private static func attack(on bases: [String], report: String) -> String {
        """
        <!doctype html><body><script>
        const body = name => JSON.stringify({ task: "wait 1 second", request_id: name });
        async function attack(base) {
          const url = `${base}/api/agents`;
          const quietly = promise => promise.catch(() => {});
          for (const type of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
            const frame = Object.assign(document.createElement("iframe"), { name: `frame-${type}` });
            document.body.append(frame);
            const form = Object.assign(document.createElement("form"),
              { method: "POST", action: url, enctype: type, target: frame.name });
            // As text/plain this is JSON.
            form.append(Object.assign(document.createElement("input"), {
              name: '{"task":"wait 1 second","request_id":"form","x":"', value: '"}' }));
            document.body.append(form);
            const loaded = new Promise(resolve => { frame.onload = resolve; setTimeout(resolve, 5000); });
            form.submit();
            await loaded;
          }
          for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
            await quietly(fetch(url, { method: "POST", mode: "no-cors", headers: { "Content-Type": type },
              body: body("fetch") }));
          await quietly(fetch(url, { method: "POST", mode: "no-cors", body: new Blob([body("blob")]) }));
          await quietly(fetch(url, { method: "POST", mode: "no-cors", keepalive: true, body: body("keepalive") }));
          await quietly(fetch(url, { method: "POST", body: body("cors-simple") }));
          await quietly(fetch(url, { method: "POST", headers: { "Content-Type": "application/json" },
            body: body("cors-json") }));
          await quietly(fetch(url, { method: "POST", credentials: "include",
            headers: { "Content-Type": "application/json" }, body: body("cors-cookies") }));
          await quietly(fetch(`${url}/some-run`, { method: "DELETE" }));
          await new Promise(resolve => {
            const request = new XMLHttpRequest();
            request.open("POST", url);
            request.setRequestHeader("Content-Type", "text/plain");
            request.onloadend = resolve;
            request.send(body("xhr"));
          });
          navigator.sendBeacon(url, body("beacon"));
          navigator.sendBeacon(url, new Blob([body("beacon-json")], { type: "application/json" }));
          navigator.sendBeacon(url, new URLSearchParams({ task: "wait 1 second", request_id: "beacon-form" }));
          for (const name of ["img", "script", "iframe", "audio"]) {
            const element = document.createElement(name);
            const done = new Promise(resolve => { element.onload = element.onerror = resolve; setTimeout(resolve, 2000); });
            element.src = `${url}?task=wait+1+second&request_id=${name}`;
            document.body.append(element);
            await done;
          }
        }
        (async () => {
          for (const base of \(bases)) await attack(base);
          fetch("\(report)/report", { method: "POST", mode: "no-cors", body: "done" });
        })();
        </script>
        """
    }

    @Test("No kind of request that a page can send starts one", arguments: ["localhost", "www.evil.example"])
    func everyKind(host: String) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                try await PageServer.with {
                    $0 == "/report" ? "" : nil
                } body: { reports in
                    // What was really sent, recorded by a server that allows everything.
                    try await PageServer.with {
                        $0.hasPrefix("/api/agents") ? "" : nil
                    } body: { control in
                        let page = Self.attack(on: [control.origin, api.url("")], report: reports.origin)
                        try await PageServer.with {
                            $0 == "/" ? page : nil
                        } body: { pages in
                            let url = pages.origin.replacing("127.0.0.1", with: host)
                            try await WebBrowser.show("\(url)/", hosts: [host: "127.0.0.1"]) {
                                try await eventually("the page to have tried everything") {
                                    reports.bodies.contains("done")
                                }
                                try await eventually("the control to have got all; it has \(control.targets)") {
                                    // Three forms, seven fetches, an XMLHttpRequest, two beacons, four elements.
                                    control.targets.count { $0.hasPrefix("/api/agents") } >= 14
                                }
                            }
                        }
                    }
                }
                #expect(try await api.get("/api/agents").text == #"{"runs":[]}"#)
            }
        }
    }

    @Test("A page that uses DNS rebinding can neither start runs nor read them")
    func reboundName() async throws {
        try await withRedisServer { redis in
            try await PageServer.with {
                $0.hasPrefix("/report") ? "" : nil
            } body: { reports in
                let page = """
                    <!doctype html><script>
                    const tell = text => fetch("\(reports.origin)/report", { method: "POST", mode: "no-cors", body: text });
                    async function attempt() {
                      const answers = [];
                      for (const options of [{}, { method: "POST", headers: { "Content-Type": "application/json" },
                        body: JSON.stringify({ task: "wait 1 second", request_id: "rebound" }) }]) {
                        try { answers.push((await fetch("/api/agents", options)).status); } catch { answers.push("-"); }
                      }
                      await tell(answers.join(" "));
                      setTimeout(attempt, 200);
                    }
                    tell("loaded").then(attempt);
                    </script>
                    """
                // The same name and port: first the page's own server, then agent-api.
                let (ports, port) = AsyncStream.makeStream(of: String.self)
                let (ends, end) = AsyncStream.makeStream(of: Void.self)
                let pages = Task {
                    try await PageServer.with {
                        $0 == "/" ? page : nil
                    } body: { pages in
                        port.yield(String(pages.origin.split(separator: ":").last ?? ""))
                        for await _ in ends {}
                    }
                }
                defer { pages.cancel() }
                let bound = try #require(await ports.first { _ in true })
                let hosts = ["www.evil.example": "127.0.0.1"]
                try await WebBrowser.show("http://www.evil.example:\(bound)/", hosts: hosts) {
                    try await eventually("the page to be loaded") { reports.bodies.contains("loaded") }
                    end.finish()
                    try await pages.value
                    try await withAgentAPI(redisURL: redis.url, settings: ["PORT": bound]) { api in
                        try await eventually("the page to get answers; it has reported \(reports.bodies.suffix(5))") {
                            reports.bodies.contains("421 421")
                        }
                        #expect(!reports.bodies.contains { $0.contains("200") })
                        #expect(try await api.get("/api/agents").text == #"{"runs":[]}"#)
                    }
                }
            }
        }
    }
}
