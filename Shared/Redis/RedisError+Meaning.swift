//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension RedisError {
    /// What an error means for whoever wanted something of Redis.
    package enum Meaning: Hashable, Sendable {
        /// Redis cannot be reached, or the connection broke.
        case gone

        /// Redis is there and cannot answer yet: it loads its data, is busy, or has lost its master.
        case notReady

        /// Nothing can be written: Redis is a replica, or cannot save.
        case readOnly

        /// Nothing can be written: the memory is used up.
        case outOfMemory

        /// The key holds something of another kind.
        case wrongType

        /// Redis does not let this user do that.
        case denied

        /// Redis understands the command and refuses it, or does not understand it. Sending it again changes nothing.
        case refused

        /// The client was shut down, or the task was cancelled.
        case ended
    }

    /// What the error means.
    package var meaning: Meaning {
        switch code {
        case .unavailable, .timedOut, .connectionClosed, .protocolError: .gone
        case .authenticationFailed: .denied
        case .cancelled, .shutDown, .alreadyRunning: .ended
        default: Self.meanings[serverPrefix ?? ""] ?? .refused
        }
    }

    private static let meanings: [String: Meaning] = [
        "BUSY": .notReady, "CLUSTERDOWN": .notReady, "LOADING": .notReady, "MASTERDOWN": .notReady,
        "TRYAGAIN": .notReady, "MISCONF": .readOnly, "NOREPLICAS": .readOnly, "READONLY": .readOnly,
        "OOM": .outOfMemory, "WRONGTYPE": .wrongType, "NOAUTH": .denied, "NOPERM": .denied, "WRONGPASS": .denied,
    ]
}
