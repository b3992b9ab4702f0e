//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import TestSupport

/// A page in a real Firefox, driven over Marionette: messages of JSON, each behind its length.
final class FirefoxPage {
    private let socket: RawSocket
    private var bytes: [UInt8] = []
    private var lastID: Int64 = 0

    private init(_ socket: RawSocket) { self.socket = socket }

    /// Starts Firefox, opens an address, and ends Firefox afterwards.
    static func show<Result>(
        _ url: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (FirefoxPage) async throws -> Result
    ) async throws -> Result {
        let port = try await freePort()
        return try await WebBrowser.show("about:blank", in: .firefox, marionettePort: port) {
            let socket = try await eventually(timeout: .seconds(120), "Firefox to listen") {
                try? RawSocket(port: port)
            }
            let page = FirefoxPage(socket)
            _ = try await page.message()
            _ = try await page.call("WebDriver:NewSession", [:])
            _ = try await page.call("WebDriver:SetTimeouts", ["script": 60_000, "pageLoad": 60_000])
            _ = try await page.call("WebDriver:Navigate", ["url": .string(url)])
            return try await body(page)
        }
    }

    /// The value of an expression in the page.
    func value(_ expression: String) async throws -> JSONValue {
        let script: JSONValue = ["script": .string("return (\(expression))"), "args": .array([])]
        return try await call("WebDriver:ExecuteScript", script)["value"] ?? .null
    }

    /// Waits until an expression over the document is true.
    func waits(for what: String, _ expression: String) async throws {
        do {
            try await eventually(timeout: .seconds(120), what) {
                try await self.value("Boolean(\(expression))").bool == true
            }
        } catch let failure as TestFailure {
            let shown = try? await value("document.body.innerText").string
            throw TestFailure("\(failure.description). Firefox shows:\n\(shown ?? "nothing")")
        }
    }

    /// Waits until an element has a text in it.
    func waits(forText text: String, in selector: String) async throws {
        let literals = [selector, text].map { JSONValue.string($0).text }
        try await waits(
            for: "\"\(text)\" in \(selector)",
            "[...document.querySelectorAll(\(literals[0]))].some(node => node.textContent.includes(\(literals[1])))"
        )
    }

    /// Presses keys one after the other, wherever the focus is: each a character, or a name of WebDriver's.
    func press(_ keys: String...) async throws {
        let named = ["Enter": "\u{E007}", "Escape": "\u{E00C}", "ArrowLeft": "\u{E012}", "Control": "\u{E009}"]
        for key in keys {
            let parts = key.split(separator: "+").map { named[String($0)] ?? String($0) }
            let down = parts.map { JSONValue.object(["type": "keyDown", "value": .string($0)]) }
            let up = parts.reversed().map { JSONValue.object(["type": "keyUp", "value": .string($0)]) }
            let source: JSONValue = ["type": "key", "id": "keyboard", "actions": .array(down + up)]
            _ = try await call("WebDriver:PerformActions", ["actions": .array([source])])
        }
    }

    private func call(_ command: String, _ parameters: JSONValue) async throws -> JSONValue {
        lastID += 1
        let text = JSONValue.array([0, .integer(lastID), .string(command), parameters]).bytes
        try await socket.send(Array("\(text.count):".utf8) + text)
        let answer = try await message().array ?? []
        guard answer.count == 4, answer[1] == .integer(lastID) else { throw TestFailure("\(command) got no answer") }
        if answer[2] != .null {
            throw TestFailure("\(command) failed: \(answer[2]["message"]?.string ?? "without a reason")")
        }
        return answer[3]
    }

    private func message() async throws -> JSONValue {
        while true {
            if let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
                let length = Int(String(decoding: bytes[..<colon], as: UTF8.self)), bytes.count > colon + length
            {
                let text = Array(bytes[(colon + 1)...(colon + length)])
                bytes.removeFirst(colon + 1 + length)
                return try JSONValue(parsing: text)
            }
            let more = try await socket.take(atLeast: 1)
            guard !more.isEmpty else { throw TestFailure("Firefox has closed the connection") }
            bytes += more
        }
    }
}
