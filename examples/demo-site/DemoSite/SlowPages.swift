//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import ServiceLifecycle

/// Pages that take their time: one whose answer is late, one whose content is.
enum SlowPages {
    /// The longest that an answer can be delayed, in milliseconds.
    static let longestDelay = 30_000

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("slow") { request, _ in
            let delay = Self.delay(of: request, default: 2000)
            // A shutdown does not wait for somebody who waits for this.
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(delay)) }
            return Page(
                title: "A slow answer",
                content: """
                    <h1>A slow answer</h1>
                    <p id="status" role="status">Answered after \(delay) ms</p>
                    """
            )
        }
        router.get("slow-content") { request, _ in Self.slowContent(Self.delay(of: request, default: 1500)) }
    }

    private static func delay(of request: Request, default: Int) -> Int {
        let wanted = FormFields(queryOf: request)["ms"].flatMap { Int($0) } ?? `default`
        return max(0, min(Self.longestDelay, wanted))
    }

    private static func slowContent(_ delay: Int) -> Page {
        Page(
            title: "Slow content",
            content: """
                <h1>Slow content</h1>
                <div id="content" aria-live="polite"></div>
                <p id="status" role="status">Loading…</p>
                """,
            script: """
                setTimeout(() => {
                  document.getElementById("content").innerHTML =
                    '<h2>Results</h2><ul><li>First</li><li>Second</li></ul><button id="more">Show more</button>';
                  document.getElementById("more").addEventListener("click", () => {
                    document.getElementById("status").textContent = "More shown";
                  });
                  document.getElementById("status").textContent = "Loaded";
                }, \(delay));
                """
        )
    }
}
