//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension RedisError {
    /// What an error means for the caller.
    package enum Meaning: Hashable, Sendable {
        /// Redis cannot be reached, or the connection was lost.
        case gone

        /// Redis cannot answer yet: it is loading its data, is busy, or has lost its master.
        case notReady

        /// Redis accepts no writes: it is a replica, or cannot save.
        case readOnly

        /// Redis accepts no writes because its memory is full.
        case outOfMemory

        /// The key holds a value of another type.
        case wrongType

        /// The user is not permitted to do this.
        case denied

        /// Redis rejected the command. Sending it again does not help.
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
