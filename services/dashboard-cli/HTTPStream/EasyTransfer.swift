//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CCurl

/// libcurl's view of one transfer: the easy handle, the callbacks, and the head as it comes in line by line.
/// Lives on the loop's thread only.
final class EasyTransfer {
    let handle: UnsafeMutableRawPointer
    let transfer: Transfer
    private let deadlines: Deadlines
    private let options: EasyOptions
    private var parser = HeadParser()
    private var hasHead = false
    private var isPaused = false
    private var lastActivity = ContinuousClock.now

    init(_ transfer: Transfer, deadlines: Deadlines) throws(HTTPError) {
        guard let handle = curl_easy_init() else {
            throw HTTPError(.other, "libcurl has no memory for another transfer")
        }
        self.handle = handle
        self.transfer = transfer
        self.deadlines = deadlines
        options = EasyOptions(handle)
        try options.apply(transfer.request)

        let context = Unmanaged.passUnretained(self).toOpaque()
        stepcast_set_callback(handle, CURLOPT_HEADERFUNCTION, receiveHeader)
        stepcast_set_pointer(handle, CURLOPT_HEADERDATA, context)
        stepcast_set_callback(handle, CURLOPT_WRITEFUNCTION, receiveBody)
        stepcast_set_pointer(handle, CURLOPT_WRITEDATA, context)
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    func didStart() {
        touch()
    }

    func finish(_ error: HTTPError?) {
        transfer.finish(error)
    }

    func error(for result: CURLcode) -> HTTPError? {
        guard result != CURLE_OK else { return nil }
        var systemError = 0
        if result == CURLE_COULDNT_CONNECT { stepcast_get_long(handle, CURLINFO_OS_ERRNO, &systemError) }
        return HTTPError(curl: result, detail: options.errorText, systemError: Int32(truncatingIfNeeded: systemError))
    }

    // MARK: deadlines

    /// When the transfer is to be given up unless something arrives; none while it is the reader that lets us wait.
    var deadline: ContinuousClock.Instant? {
        guard !isPaused else { return nil }
        let patience = hasHead ? transfer.request.idleTimeout : transfer.request.headTimeout
        return patience.map { lastActivity + $0 }
    }

    var timeoutError: HTTPError {
        if hasHead {
            let silence = transfer.request.idleTimeout ?? .zero
            return HTTPError(.idle, "nothing arrived for \(silence.inSeconds) s")
        }
        let patience = transfer.request.headTimeout ?? .zero
        return HTTPError(.timedOut, "no answer within \(patience.inSeconds) s")
    }

    private func touch() {
        lastActivity = .now
        if let deadline { deadlines.note(deadline) }
    }

    // MARK: what arrives

    /// The reader has caught up. libcurl may call ``received(body:)`` from within this.
    func resume() {
        isPaused = false
        touch()
        curl_easy_pause(handle, CURLPAUSE_CONT)
    }

    /// - Returns: false to end the transfer.
    fileprivate func received(header line: UnsafeRawBufferPointer) -> Bool {
        guard !hasHead else { return true }
        if let head = parser.feed(line) {
            hasHead = true
            touch()
            transfer.received(head: head)
        }
        return !transfer.isOver
    }

    fileprivate func received(body bytes: UnsafeRawBufferPointer) -> Int {
        switch transfer.received(bytes) {
        case .accepted:
            lastActivity = .now
            return bytes.count
        case .paused:
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        case .refused:
            return 0
        }
    }
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let easy = Unmanaged<EasyTransfer>.fromOpaque(context).takeUnretainedValue()
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return easy.received(header: line) ? line.count : -1
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let easy = Unmanaged<EasyTransfer>.fromOpaque(context).takeUnretainedValue()
    return easy.received(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
}

extension Duration {
    /// Seconds for a message: `45`, `0.5`.
    var inSeconds: String {
        let seconds = self / .seconds(1)
        return seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    }
}
