//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A file that a page let the browser download.
package struct Download: Sendable, Hashable {
    /// How far a download is.
    package enum State: Sendable, Hashable {
        /// It is coming.
        case underWay
        /// It is there, whole, at ``Download/path``.
        case completed
        /// It did not come, for the reason given; nothing is kept of it.
        case failed(String)
    }

    /// The browser's own name for it.
    var id: String
    /// Where it came from.
    package var url: String
    /// The file's name, made harmless: no path, nothing hidden, no control characters.
    package var name: String
    /// Where the file is, once it has completed.
    package var path: String?
    /// How many bytes have come.
    package var bytes: Int
    /// How far it is.
    package var state: State
}

/// The downloads of a context as the browser tells of them, and what is to be done about each: a pure state machine.
struct DownloadList: Sendable {
    /// What an event calls for.
    enum Action: Sendable, Hashable {
        case none
        /// To be stopped, and what has come to be removed.
        case cancel
        /// It has come: to be given its name.
        case finish(name: String)
        /// It will not come: what is there is to be removed.
        case discard
    }

    let limits: DownloadLimits
    private(set) var all: [Download] = []

    init(limits: DownloadLimits) { self.limits = limits }

    /// The browser begins a download.
    mutating func begin(id: String, url: String, suggestedName: String) -> Action {
        let name = FileName.unused(FileName.cleaned(suggestedName)) { name in all.contains { $0.name == name } }
        var download = Download(id: id, url: url, name: name, bytes: 0, state: .underWay)
        defer { all.append(download) }
        guard all.count < limits.count else {
            download.state = .failed("more than \(limits.count) files")
            return .cancel
        }
        return .none
    }

    /// The browser tells how far it is. `state` is `inProgress`, `completed` or `canceled`.
    mutating func progress(id: String, received: Int, total: Int, state: String) -> Action {
        guard let index = all.firstIndex(where: { $0.id == id }) else { return .none }
        guard case .underWay = all[index].state else { return state == "inProgress" ? .none : .discard }
        // Bounded, so that no sum of all files is too large to be a number.
        all[index].bytes = min(max(received, 0), 1 << 53)
        let others = all.indices.filter { $0 != index }.reduce(0) { $0 + all[$1].bytes }
        let size = max(received, total)
        if size > limits.fileBytes {
            all[index].state = .failed("larger than \(limits.fileBytes.formattedBytes)")
            return state == "completed" ? .discard : .cancel
        }
        if others + size > limits.totalBytes {
            all[index].state = .failed("more than \(limits.totalBytes.formattedBytes) in all")
            return state == "completed" ? .discard : .cancel
        }
        switch state {
        case "completed": return .finish(name: all[index].name)
        case "canceled":
            all[index].state = .failed("it broke off after \(received.formattedBytes)")
            return .discard
        default: return .none
        }
    }

    /// It has got its name and place, or could not.
    mutating func finished(id: String, path: String?, reason: String?) {
        guard let index = all.firstIndex(where: { $0.id == id }) else { return }
        all[index].path = path
        all[index].state = path == nil ? .failed(reason ?? "it could not be written") : .completed
    }
}

extension Int {
    /// For messages: `12 bytes`, `64 MiB`.
    var formattedBytes: String {
        if self >= 1 << 20 { return "\(self >> 20) MiB" }
        return self >= 1 << 10 ? "\(self >> 10) KiB" : "\(self) bytes"
    }
}
