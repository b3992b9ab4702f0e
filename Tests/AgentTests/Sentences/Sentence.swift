//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization
import Testing

/// What a person may write, the page that it is about, and what must be so in the browser afterwards.
struct Sentence: Sendable, CustomTestStringConvertible {
    /// The path of the page to begin with; `nil` where the sentence itself says where to go (`SITE` is the site).
    var path: String?
    /// The words.
    var task: String
    /// A JavaScript expression that must be true afterwards; `s` is the state that the page keeps.
    var state: String
    /// What the run's result must be, where it is to find out something.
    var result: String?

    init(_ path: String?, _ task: String, _ state: String = "true", result: String? = nil) {
        self.path = path
        self.task = task
        self.state = state
        self.result = result
    }

    var testDescription: String { task }

    /// The page's state is what it keeps for tests; an older page has none.
    var check: String {
        """
        (() => {
          const s = JSON.parse(document.body.dataset.state ?? 'null');
          const text = document.body.innerText;
          const $ = (id) => document.getElementById(id);
          let holds = false;
          try { holds = Boolean(\(state)); } catch {}
          return holds ? 'so' : JSON.stringify(s) + ' ' + text.slice(0, 300);
        })()
        """
    }

    /// All of them.
    static let all =
        todo + shop + mail + table + forms + choices + logins + reading + obstacles + windows + chatty + plain
        + wordings

    private static let done = Mutex<[String: Bool]>([:])

    /// Remembers whether it worked, and prints the share that did.
    func finished(_ works: Bool) {
        let (count, good) = Self.done.withLock { done in
            done[(path ?? "") + task] = works
            return (done.count, done.values.count { $0 })
        }
        if count == Self.all.count {
            print("Sentences: \(good) of \(count) work (\(good * 100 / count) %)")
        }
    }
}
