//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable import Egress

extension FuzzTarget {
    /// A greeting and a request. A client that sends more than it may is refused, so the two are never in one piece.
    static let socks = FuzzTarget(name: "socks") { input throws(BrokenPromise) in
        let greeting = input.prefix(input.count > 1 ? 2 + Int(input[1]) : 1)
        let request = input[greeting.endIndex...]
        _ = actions([input[...]])
        let (split, taken) = actions((greeting + request).map { [$0] })
        let whole = actions([greeting, request.prefix(max(0, taken - greeting.count))].filter { !$0.isEmpty })
        try promise(whole.actions == split, "byte by byte the handshake is \(split), and whole \(whole.actions)")
    }

    /// What the handshake asks for, up to its end, and how many bytes it took.
    private static func actions(_ pieces: [ArraySlice<UInt8>]) -> (actions: [SOCKSHandshake.Action], taken: Int) {
        var handshake = SOCKSHandshake()
        var actions: [SOCKSHandshake.Action] = []
        var taken = 0
        for piece in pieces {
            let action = handshake.receive(piece)
            taken += piece.count
            switch action {
            case .wait: continue
            case .send: actions.append(action)
            case .connect, .end: return (actions + [action], taken)
            }
        }
        return (actions, taken)
    }
}
