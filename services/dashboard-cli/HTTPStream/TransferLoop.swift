//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CCurl
import Glibc
import Synchronization

/// The mailbox of the one thread on which libcurl works. Any thread may post to it.
final class TransferLoop: Sendable {
    enum Command {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
    }

    /// libcurl's multi handle. Only ``TransferThread`` uses it, except for `curl_multi_wakeup`, which any thread may
    /// call as long as the handle exists; the mailbox's lock sees to that.
    struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private struct Mailbox {
        var commands: [Command] = []
        var multi: MultiHandle?
        var isStopping = false
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let mailbox = Mutex(Mailbox())

    /// Starts the thread. Without one (no memory, no more threads) every request fails with a clear error.
    init() {
        guard Self.isCurlReady, let multi = curl_multi_init() else {
            mailbox.withLock { $0.hasEnded = true }
            return
        }
        let handle = MultiHandle(pointer: multi)
        mailbox.withLock { $0.multi = handle }
        let seed = Unmanaged.passRetained(ThreadSeed(loop: self, multi: handle))
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, { runTransferThread($0) }, seed.toOpaque())
        if failure != 0 {
            seed.release()
            close()
            curl_multi_cleanup(multi)
            threadDidEnd()
        } else {
            // Its end is awaited through `waitForEnd`, not by joining: that would block a thread of the caller's.
            pthread_detach(thread)
        }
    }

    /// Hands the thread something to do.
    /// - Returns: false when the loop takes nothing any more.
    @discardableResult
    func post(_ command: Command) -> Bool {
        mailbox.withLock { box in
            guard !box.isStopping, let multi = box.multi else { return false }
            box.commands.append(command)
            curl_multi_wakeup(multi.pointer)
            return true
        }
    }

    /// Asks the thread to end all transfers and then itself.
    func stop() {
        mailbox.withLock { box in
            box.isStopping = true
            if let multi = box.multi { curl_multi_wakeup(multi.pointer) }
        }
    }

    /// Returns when the thread has let go of everything.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let ended = mailbox.withLock { box in
                if !box.hasEnded { box.endWaiters.append(continuation) }
                return box.hasEnded
            }
            if ended { continuation.resume() }
        }
    }

    // MARK: the thread's side

    func takeCommands() -> (commands: [Command], stop: Bool) {
        mailbox.withLock { box in
            let commands = box.commands
            box.commands = []
            return (commands, box.isStopping)
        }
    }

    /// From here on nobody may wake the thread, so that it can free the handle.
    func close() {
        mailbox.withLock { box in
            box.multi = nil
            box.isStopping = true
        }
    }

    /// The last that the thread does.
    func threadDidEnd() {
        let waiters = mailbox.withLock { box in
            box.hasEnded = true
            let waiters = box.endWaiters
            box.endWaiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// libcurl's own initialisation, once in a process.
    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
}

/// What the new thread is handed.
private final class ThreadSeed {
    let loop: TransferLoop
    let multi: TransferLoop.MultiHandle

    init(loop: TransferLoop, multi: TransferLoop.MultiHandle) {
        self.loop = loop
        self.multi = multi
    }
}

private func runTransferThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let seed = Unmanaged<ThreadSeed>.fromOpaque(argument).takeRetainedValue()
    // Signals belong to the program, not to this thread; a write to a closed socket must not raise SIGPIPE either.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    TransferThread(loop: seed.loop, multi: seed.multi.pointer).run()
    return nil
}
