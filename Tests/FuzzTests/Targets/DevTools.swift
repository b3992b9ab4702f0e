//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable import Browser

extension FuzzTarget {
    /// The bytes of the pipe, to messages.
    static let devTools = FuzzTarget(name: "devtools") { input throws(BrokenPromise) in
        let whole = frames([input[...]])
        try promise(frames(pieces(of: input)) == whole, "in pieces the messages are others")
        for frame in whole ?? [] {
            _ = try? DevToolsMessage(frame)
            guard
                let substitute = try? DevToolsMessage.substitute(head: frame, tail: frame, because: "it is too long")
            else { continue }
            try promise((try? DevToolsMessage(substitute)) != nil, "a substitute is no message: \(substitute.text)")
        }
    }

    /// `nil` for what is not of the protocol.
    private static func frames(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]]? {
        var framing = PipeFraming()
        var frames: [[UInt8]] = []
        for piece in pieces {
            guard let more = try? Array(piece).withUnsafeBytes({ try framing.feed($0) }) else { return nil }
            frames += more
        }
        return frames
    }
}
