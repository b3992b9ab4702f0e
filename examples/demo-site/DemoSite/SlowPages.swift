//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import ServiceLifecycle

/// Slow pages: one with a late response, one with late content.
enum SlowPages {
    /// The maximum delay of a response, in milliseconds.
    static let longestDelay = 30_000

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("slow") { request, _ in
            let delay = Self.delay(of: request, default: 2000)
            // A shutdown must not wait for this.
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(delay)) }
            return Page(
                title: "A slow answer",
                content: Embedded.slowHTML.filled(["delay": "\(delay)"])
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
            content: Embedded.slowContentHTML.filled(["delay": "\(delay)"]),
            script: Embedded.slowContentJS
        )
    }
}
