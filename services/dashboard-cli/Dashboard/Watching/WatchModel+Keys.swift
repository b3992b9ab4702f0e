//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension WatchModel {
    /// Does what a key stands for. `p` is left for pausing a run.
    ///
    /// - Parameter open: Makes the log of a run, to be shown.
    mutating func press(_ key: Key, open: (Identifier) -> WatchedLog) -> [Effect] {
        switch key {
        case .control("c"): return [.quit]
        case .control("z"): return [.suspend]
        case .control("l"): return [.redraw]
        default: break
        }
        message = ""
        switch prompt {
        case .search:
            edit(key)
            return []
        case .cancel(let id):
            prompt = .none
            return key == .character("y") ? [.cancel(id)] : []
        case .help:
            prompt = .none
            return key == .character("q") && log == nil ? [.quit] : []
        case .none: return log == nil ? pressInList(key, open: open) : pressInLog(key)
        }
    }

    private mutating func edit(_ key: Key) {
        switch key {
        case .character(let character): search.append(character)
        case .backspace: if search.popLast() == nil { prompt = .none }
        case .control("u"): search = ""
        case .enter: prompt = .none
        case .escape:
            search = ""
            prompt = .none
        default: break
        }
        log?.rowsBelow = 0
        settle()
    }

    private mutating func pressInList(_ key: Key, open: (Identifier) -> WatchedLog) -> [Effect] {
        switch key {
        case .character("q"): return [.quit]
        case .escape:
            search = ""
            settle()
        case .up, .character("k"): move(by: -1)
        case .down, .character("j"): move(by: 1)
        case .pageUp, .control("b"): move(by: -max(1, bodyRows - 1))
        case .pageDown, .control("f"), .character(" "): move(by: max(1, bodyRows - 1))
        case .home, .character("g"): move(by: -.max / 2)
        case .end, .character("G"): move(by: .max / 2)
        case .character("f"):
            let all = Filter.allCases
            let next = (all.firstIndex(of: filter) ?? 0) + 1
            filter = all[next % all.count]
            settle()
        case .enter, .right:
            if let selected {
                search = ""
                // It is the selected one when the list is shown again.
                move(by: 0)
                log = open(selected)
            }
        default: return pressAnywhere(key, about: selected)
        }
        return []
    }

    private mutating func pressInLog(_ key: Key) -> [Effect] {
        let page = max(1, bodyRows - 1)
        switch key {
        case .character("q"), .escape, .left:
            if key == .escape, !search.isEmpty {
                search = ""
            } else {
                search = ""
                log = nil
                settle()
            }
        case .up, .character("k"): log?.scroll(by: 1)
        case .down, .character("j"): log?.scroll(by: -1)
        case .pageUp, .control("b"): log?.scroll(by: page)
        case .pageDown, .control("f"), .character(" "): log?.scroll(by: -page)
        case .home, .character("g"): log?.rowsBelow = .max / 2
        case .end, .character("G"), .character("f"): log?.rowsBelow = 0
        default: return pressAnywhere(key, about: log?.requestID)
        }
        return []
    }

    private mutating func pressAnywhere(_ key: Key, about id: Identifier?) -> [Effect] {
        switch key {
        case .character("/"): prompt = .search
        case .character("?"), .character("h"): prompt = .help
        case .character("c"):
            guard let id, let entry = runs[id] else { break }
            move(by: 0)
            if entry.run.status.isFinal {
                message = "the run \(id) has ended: \(entry.run.status.word)"
            } else {
                prompt = .cancel(id)
            }
        case .character("p"):
            guard let id, let entry = runs[id] else { break }
            guard !entry.run.status.isFinal else {
                message = "the run \(id) has ended: \(entry.run.status.word)"
                break
            }
            return [.hold(id, entry.run.status != .paused)]
        default: break
        }
        return []
    }
}
