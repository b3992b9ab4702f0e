//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import Synchronization
import TestSupport

/// Someone who watches a live view, and reads its parts as RFC 2046 writes them.
final class PictureViewer: Sendable {
    struct Part: Sendable {
        var fields: [String: String]
        var jpeg: [UInt8]

        var run: String { String(fields["content-location"]?.split(separator: "/").last ?? "") }
        var state: String { fields["stepcast-picture"] ?? "" }
    }

    private struct State {
        var bytes: [UInt8] = []
        var parts: [Part] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var parts: [Part] { state.withLock(\.parts) }
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    func parts(of run: String) -> [Part] { parts.filter { $0.run == run } }

    /// Watches what is at a path as long as the body takes.
    static func watch<Result: Sendable>(
        _ gateway: RunningGateway,
        _ path: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PictureViewer) async throws -> Result
    ) async throws -> Result {
        let response = try await gateway.client.stream(HTTPClient.Request(gateway.url(path), idleTimeout: nil))
        guard response.status == 200 else { throw TestFailure("\(path) was answered with \(response.status)") }
        let viewer = PictureViewer()
        let reading = Task {
            do {
                for try await bytes in response.body { viewer.take(bytes) }
                viewer.state.withLock { $0.hasEnded = true }
            } catch {
                // Cancelled, or cut off.
            }
        }
        do {
            let result = try await body(viewer)
            reading.cancel()
            await reading.value
            return result
        } catch {
            reading.cancel()
            await reading.value
            throw error
        }
    }

    /// Waits for what the body finds in the parts so far.
    func waits<Value: Sendable>(
        for what: String,
        timeout: Duration = .seconds(60),
        _ find: @escaping @Sendable ([Part]) -> Value?
    ) async throws -> Value {
        try await eventually(timeout: timeout, what) { find(self.parts) }
    }

    private func take(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            state.bytes += bytes
            while let part = Self.next(in: &state.bytes) { state.parts.append(part) }
        }
    }

    private static func next(in bytes: inout [UInt8]) -> Part? {
        guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        var fields: [String: String] = [:]
        for line in String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingPrefix(" ").description
        }
        guard let length = Int(fields["content-length"] ?? ""), bytes.count >= head.upperBound + length else {
            return nil
        }
        let jpeg = Array(bytes[head.upperBound..<head.upperBound + length])
        bytes.removeFirst(head.upperBound + length)
        return Part(fields: fields, jpeg: jpeg)
    }
}
