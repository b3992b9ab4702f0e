//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("A run on a page that resists")
struct HostilePageTests {
    /// A page, and what it does.
    struct Hostility: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var html: String

        init(_ name: String, _ html: String) {
            testDescription = name
            self.html = "<!doctype html><title>Hostile</title><button id=go>Go</button>\(html)"
        }
    }

    static let pages = [
        Hostility("opens dialogs without end", "<script>for (;;) alert('again')</script>"),
        Hostility("opens a dialog as soon as one is closed", "<script>setInterval(() => confirm('again'), 0)</script>"),
        Hostility(
            "opens dialogs without end when it is clicked",
            "<script>go.onclick = () => { for (;;) prompt('again') }</script>"
        ),
        Hostility("does not want to be left", "<script>onbeforeunload = (event) => event.preventDefault()</script>"),
        Hostility("reloads itself without end", "<script>location.reload()</script>"),
        Hostility("refreshes itself at once", "<meta http-equiv=refresh content=0>"),
        Hostility("moves between two addresses", "<script>location = location.search ? '/' : '/?x'</script>"),
        Hostility(
            "adds to the history without end",
            "<script>setInterval(() => history.pushState(0, '', '?' + Math.random()), 0)</script>"
        ),
        Hostility(
            "opens windows",
            "<script>go.onclick = () => { for (let i = 0; i < 30; i++) open('/?' + i) }</script>"
        ),
        Hostility("blocks its thread at once", "<script>for (;;) {}</script>"),
        Hostility("blocks its thread when it is clicked", "<script>go.onclick = () => { for (;;) {} }</script>"),
        Hostility(
            "has 100,000 elements",
            "<script>document.body.append(...Array.from({ length: 1e5 }, (_, i) => Object.assign(document.createElement('button'), { textContent: 'b' + i })))</script>"
        ),
        Hostility(
            "grows for ever",
            "<script>setInterval(() => document.body.append(...Array.from({ length: 500 }, () => Object.assign(document.createElement('p'), { textContent: 'more' }))), 10)</script>"
        ),
        Hostility(
            "never stops moving",
            "<style>@keyframes m { to { margin-left: 500px } } #go { animation: m .2s infinite alternate }</style>"
        ),
        Hostility(
            "downloads without end",
            "<script>setInterval(() => Object.assign(document.createElement('a'), { href: '/download/x', download: 'x' }).click(), 5)</script>"
        ),
        Hostility("uses up its memory", "<script>for (let all = [];;) all.push(all.map(String))</script>"),
        Hostility(
            "uses up its memory when it is clicked",
            "<script>go.onclick = () => { for (let all = [];;) all.push([...all, 0]) }</script>"
        ),
        Hostility("removes everything", "<script>setInterval(() => document.documentElement?.remove(), 0)</script>"),
        Hostility("frames itself without end", "<iframe src='/?1'></iframe><iframe src='/?2'></iframe>"),
        Hostility(
            "replaces what scripts need",
            "<script>for (const name of ['querySelectorAll', 'getBoundingClientRect', 'closest', 'getAttribute', 'matches']) Element.prototype[name] = () => { throw 1 }; Array.prototype.map = JSON.stringify = Object.keys = () => { throw 2 }</script>"
        ),
    ]

    @Test("Ends in time and says how; the next one is none the worse for it", arguments: pages)
    func ends(_ hostility: Hostility) async throws {
        try await PageServer.with {
            $0.hasPrefix("/plain") ? "<!doctype html><title>Plain</title><p>All is well" : hostility.html
        } body: { site in
            try await withRedisServer { redis in
                // A page that uses up its memory is to do so soon.
                let settings = ["BROWSER_ARGS": "--js-flags=--max-old-space-size=64"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let task = "Go to \(site.origin)/ and click Go"
                    let body = #"{"task":"\#(task)","request_id":"hostile","timeout_seconds":8}"#
                    #expect(try await api.post(body).status == 200)
                    let run = try await api.finishedRun("hostile")
                    #expect(run.status == .completed || run.error?.isEmpty == false, "\(run)")
                    let plain =
                        #"{"task":"Go to \#(site.origin)/plain and make sure that the page says \"All is well\"","request_id":"plain"}"#
                    #expect(try await api.post(plain).status == 200)
                    let next = try await api.finishedRun("plain")
                    #expect(next.status == .completed, "\(next)")
                    try await eventually("the ends") {
                        try await redis.cli("XRANGE", "browser_use_logs:hostile", "-", "+").contains("\nend\n")
                    }
                }
            }
        }
    }

    @Test("Follows no redirects without end, and says so")
    func redirects() async throws {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            try await connection.respond("302 Found", headers: ["Location": request.target + "x"])
        } body: { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let body = #"{"task":"Go to \#(site.url)/","request_id":"r1","timeout_seconds":30}"#
                    #expect(try await api.post(body).status == 200)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .failed)
                    #expect(run.error?.contains("redirect") == true, "\(run)")
                }
            }
        }
    }
}
