//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import JSON
import NIOCore
import Secrets

/// Shows the page that a run is on, while somebody watches, at the rate that the viewers want.
///
/// A picture is made only when the page looks different. It is sent again when another gateway has begun to watch.
struct LiveBroadcast {
    let live: LiveView
    let secrets: RunSecrets
    /// Where the run's pages are; `nil` before there are any.
    let context: @Sendable () -> BrowserContext?

    /// Shows the run until the task is cancelled.
    func run(_ subject: LiveSubject) async {
        while let demand = await subject.untilWatched() {
            if Task.isCancelled { return }
            guard let page = context()?.shownPage, !page.hasCrashed else {
                guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
                continue
            }
            await show(page, to: demand, subject)
        }
    }

    /// Shows one page until the run is on another one, or the viewers are others.
    private func show(_ page: Page, to demand: LiveDemand, _ subject: LiveSubject) async {
        let cast = Screencast(of: page, ScreencastOptions(maximumWidth: demand.width))
        defer { cast.stop() }
        while !Task.isCancelled, subject.demand == demand, context()?.shownPage === page {
            let began = ContinuousClock.now
            do {
                if let frame = try await cast.next(within: Self.patience) {
                    let picture = LivePicture(
                        // What a screencast has pictured was not looked at before.
                        jpeg: secrets.isEmpty ? frame.jpeg : try await page.screenshot(hiding: secrets, Self.guarded),
                        width: frame.width,
                        height: frame.height,
                        url: secrets.mask.masked(page.url)
                    )
                    await live.publish(picture.message(at: .now()), of: subject.requestID)
                }
            } catch {
                // The page is on its way out, or does not paint; there may be another one.
                try? await Task.sleep(for: Self.patience)
                return
            }
            await subject.sleep(until: began + demand.interval, whileWanting: demand)
        }
    }

    /// How long to wait for a change of the page before looking whether the viewers have changed.
    private static let patience = Duration.milliseconds(100)

    private static let guarded = ScreenshotOptions(quality: 50)
}

/// A picture on its way to the gateways.
struct LivePicture: Sendable {
    /// `nil` for a page that shows a secret.
    var jpeg: [UInt8]?
    /// The size of the page's window in CSS pixels.
    var width: Int
    var height: Int
    /// The page's address.
    var url: String

    /// The picture as it is published (protocol, section 2): a line of JSON, then the JPEG.
    func message(at time: Timestamp) -> ByteBuffer {
        var writer = JSONWriter()
        writer.field("timestamp", raw: time.secondsText)
        writer.field("width", width)
        writer.field("height", height)
        writer.field("url", url.prefix(2000))
        if jpeg == nil { writer.field("withheld", "secret") }
        var buffer = ByteBuffer(bytes: writer.finish())
        buffer.writeInteger(UInt8(ascii: "\n"))
        buffer.writeBytes(jpeg ?? [])
        return buffer
    }
}
