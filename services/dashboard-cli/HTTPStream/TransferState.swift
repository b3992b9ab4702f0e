//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the two sides of a transfer know of each other: the loop's thread puts in what has arrived, one reader takes it
/// out. It does no I/O and resumes nobody; each function says what is to be done once the lock is released.
struct TransferState {
    typealias HeadWaiter = CheckedContinuation<HTTPClient.ResponseHead, any Error>
    typealias ChunkWaiter = CheckedContinuation<[UInt8]?, any Error>

    /// A reader to wake up, and with what.
    enum Wake {
        case nobody
        case head(HeadWaiter, Result<HTTPClient.ResponseHead, any Error>)
        case chunk(ChunkWaiter, Result<[UInt8]?, any Error>)
    }

    private let bufferLimit: Int
    private var head: HTTPClient.ResponseHead?
    private var buffer: [UInt8] = []
    private var isPaused = false
    /// How the transfer ended, `nil` in it for the regular end.
    private var ending: (any Error)??
    private var headWaiter: HeadWaiter?
    private var chunkWaiter: ChunkWaiter?

    init(bufferLimit: Int) {
        self.bufferLimit = bufferLimit
    }

    // MARK: the loop's side

    mutating func received(head: HTTPClient.ResponseHead) -> Wake {
        self.head = head
        guard let waiter = headWaiter.take() else { return .nobody }
        return .head(waiter, .success(head))
    }

    enum Acceptance {
        case accepted(Wake)
        /// The reader is behind: stop reading from the socket until it has caught up.
        case paused
        /// The transfer is over, nobody wants more.
        case refused
    }

    mutating func received(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        guard ending == nil else { return .refused }
        if let waiter = chunkWaiter.take() {
            return .accepted(.chunk(waiter, .success([UInt8](bytes))))
        }
        guard buffer.isEmpty || buffer.count + bytes.count <= bufferLimit else {
            isPaused = true
            return .paused
        }
        buffer.append(contentsOf: bytes)
        return .accepted(.nobody)
    }

    /// Ends the transfer; what has arrived before can still be read, unless the reader itself has given up.
    mutating func finish(_ error: (any Error)?, discarding: Bool = false) -> Wake {
        guard ending == nil else { return .nobody }
        ending = .some(error)
        if discarding { buffer = [] }
        if let waiter = headWaiter.take() {
            return .head(waiter, .failure(error ?? HTTPError(.closedEarly, "the answer ended before its head")))
        }
        if let waiter = chunkWaiter.take() {
            return .chunk(waiter, error.map { .failure($0) } ?? .success(nil))
        }
        return .nobody
    }

    var isOver: Bool { ending != nil }

    // MARK: the reader's side

    mutating func wait(forHead waiter: HeadWaiter) -> Wake {
        if let head { return .head(waiter, .success(head)) }
        if case .some(let error) = ending {
            return .head(waiter, .failure(error ?? HTTPError(.closedEarly, "the answer ended before its head")))
        }
        headWaiter = waiter
        return .nobody
    }

    /// - Returns: whom to wake, and whether the loop has to take up a paused transfer again.
    mutating func wait(forChunk waiter: ChunkWaiter) -> (wake: Wake, resume: Bool) {
        if !buffer.isEmpty {
            let chunk = buffer
            buffer = []
            let resume = isPaused
            isPaused = false
            return (.chunk(waiter, .success(chunk)), resume)
        }
        if case .some(let error) = ending {
            return (.chunk(waiter, error.map { .failure($0) } ?? .success(nil)), false)
        }
        guard chunkWaiter == nil else {
            let error = HTTPError(.concurrentReaders, "the body is already being read")
            return (.chunk(waiter, .failure(error)), false)
        }
        chunkWaiter = waiter
        return (.nobody, false)
    }
}

extension TransferState.Wake {
    /// Wakes the reader. Not to be called with the lock held.
    func perform() {
        switch self {
        case .nobody: break
        case .head(let waiter, let result): waiter.resume(with: result)
        case .chunk(let waiter, let result): waiter.resume(with: result)
        }
    }
}
