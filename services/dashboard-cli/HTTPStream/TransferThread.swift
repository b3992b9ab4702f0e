//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CCurl

/// The work of the loop's thread: it alone touches libcurl's handles.
final class TransferThread {
    private let loop: TransferLoop
    private let multi: UnsafeMutableRawPointer
    private let deadlines = Deadlines()
    private var active: [ObjectIdentifier: EasyTransfer] = [:]
    private var byHandle: [UnsafeMutableRawPointer: EasyTransfer] = [:]

    init(loop: TransferLoop, multi: UnsafeMutableRawPointer) {
        self.loop = loop
        self.multi = multi
    }

    func run() {
        while true {
            let (commands, stop) = loop.takeCommands()
            for command in commands { execute(command) }
            if stop { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            collectFinished()
            failExpired()
            curl_multi_poll(multi, nil, 0, deadlines.milliseconds(upTo: 60_000), nil)
        }
        let error = HTTPError(.shutDown, "the HTTP client has been shut down")
        for easy in active.values {
            curl_multi_remove_handle(multi, easy.handle)
            easy.finish(error)
        }
        active = [:]
        byHandle = [:]
        loop.close()
        curl_multi_cleanup(multi)
        loop.threadDidEnd()
    }

    private func execute(_ command: TransferLoop.Command) {
        switch command {
        case .start(let transfer):
            start(transfer)
        case .resume(let transfer):
            active[ObjectIdentifier(transfer)]?.resume()
        case .cancel(let transfer):
            if let easy = active[ObjectIdentifier(transfer)] { remove(easy) }
        }
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.isOver else { return }
        do throws(HTTPError) {
            let easy = try EasyTransfer(transfer, deadlines: deadlines)
            let code = curl_multi_add_handle(multi, easy.handle)
            guard code == CURLM_OK else {
                throw HTTPError(.other, String(cString: curl_multi_strerror(code)))
            }
            active[ObjectIdentifier(transfer)] = easy
            byHandle[easy.handle] = easy
            easy.didStart()
        } catch {
            transfer.finish(error)
        }
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let result = message.pointee.data.result
            guard let easy = byHandle[handle] else { continue }
            let error = easy.error(for: result)
            remove(easy)
            easy.finish(error)
        }
    }

    private func failExpired() {
        let now = ContinuousClock.now
        guard deadlines.areDue(at: now) else { return }
        deadlines.clear()
        for easy in active.values {
            guard let deadline = easy.deadline else { continue }
            if deadline <= now {
                remove(easy)
                easy.finish(easy.timeoutError)
            } else {
                deadlines.note(deadline)
            }
        }
    }

    private func remove(_ easy: EasyTransfer) {
        curl_multi_remove_handle(multi, easy.handle)
        byHandle[easy.handle] = nil
        active[ObjectIdentifier(easy.transfer)] = nil
    }
}

/// When the thread has to look at its transfers' deadlines next. Deadlines mostly move later, with each byte that
/// arrives; so it keeps the earliest that was ever noted, and all are looked at only when that one is due.
final class Deadlines {
    private var earliest: ContinuousClock.Instant?

    func note(_ deadline: ContinuousClock.Instant) {
        earliest = min(earliest ?? deadline, deadline)
    }

    func clear() {
        earliest = nil
    }

    func areDue(at now: ContinuousClock.Instant) -> Bool {
        earliest.map { $0 <= now } ?? false
    }

    func milliseconds(upTo limit: Int32) -> Int32 {
        guard let earliest else { return limit }
        let left = (earliest - .now) / .milliseconds(1)
        return Int32(max(0, min(Double(limit), left.rounded(.up))))
    }
}
