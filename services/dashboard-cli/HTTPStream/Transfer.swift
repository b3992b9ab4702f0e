//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// One exchange, as both the loop's thread and its reader see it.
final class Transfer: Sendable {
    let request: HTTPClient.Request
    private let loop: TransferLoop
    private let state: Mutex<TransferState>

    init(_ request: HTTPClient.Request, bufferLimit: Int, loop: TransferLoop) {
        self.request = request
        self.loop = loop
        state = Mutex(TransferState(bufferLimit: bufferLimit))
    }

    // MARK: the loop's side

    func received(head: HTTPClient.ResponseHead) {
        state.withLock { $0.received(head: head) }.perform()
    }

    enum Acceptance {
        case accepted
        case paused
        case refused
    }

    func received(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        let acceptance = state.withLock { $0.received(bytes) }
        switch acceptance {
        case .accepted(let wake):
            wake.perform()
            return .accepted
        case .paused:
            return .paused
        case .refused:
            return .refused
        }
    }

    func finish(_ error: (any Error)?) {
        state.withLock { $0.finish(error) }.perform()
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    // MARK: the reader's side

    func head() async throws -> HTTPClient.ResponseHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.wait(forHead: continuation) }.perform()
            }
        } onCancel: {
            cancel()
        }
    }

    func nextChunk() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (wake, resume) = state.withLock { $0.wait(forChunk: continuation) }
                if resume { loop.post(.resume(self)) }
                wake.perform()
            }
        } onCancel: {
            cancel()
        }
    }

    /// Ends the transfer from the reader's side, at once, whatever state it is in.
    func cancel() {
        let (wasOver, wake) = state.withLock { state in
            let wasOver = state.isOver
            return (wasOver, state.finish(CancellationError(), discarding: true))
        }
        if !wasOver { loop.post(.cancel(self)) }
        wake.perform()
    }
}
