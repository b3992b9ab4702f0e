//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import ServiceKit
import Webhooks

extension FieldReader {
    /// What is to be told of a run's events.
    mutating func webhook(_ name: String) -> Webhook? {
        guard let value = self.value(name) else { return nil }
        guard let members = value.object else {
            report(name, "must be an object, not \(value.kind)")
            return nil
        }
        let before = errors.count
        var url = ""
        if let text = members["url"]?.string, Webhook.isURL(text) {
            url = text
        } else {
            report("\(name).url", "must be \(Webhook.rule)")
        }
        var events = Webhook.Event.allCases
        if let list = members["events"], list != .null {
            let named = list.array?.compactMap { $0.string.flatMap(Webhook.Event.init(rawValue:)) } ?? []
            if let count = list.array?.count, count > 0, named.count == count {
                events = Webhook.Event.allCases.filter(named.contains)
            } else {
                let names = Webhook.Event.allCases.map(\.rawValue).joined(separator: ", ")
                report("\(name).events", "must be a list with some of \(names)")
            }
        }
        var secret: String?
        if let member = members["secret"], member != .null {
            secret = member.string
            if secret.flatMap(WebhookSecret.init) == nil { report("\(name).secret", "must be \(WebhookSecret.rule)") }
        }
        return errors.count == before ? Webhook(url: url, events: events, secret: secret) : nil
    }
}
