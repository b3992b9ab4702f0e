//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hosts
import ServiceKit

extension FieldReader {
    /// A list of domain patterns.
    mutating func domains(_ name: String, count: ClosedRange<Int>) -> [DomainPattern]? {
        guard let value = self.value(name) else { return nil }
        guard case .array(let elements) = value else {
            report(name, "must be a list of strings, not \(value.kind)")
            return nil
        }
        // It is unclear whether an empty list would allow nothing or everything.
        guard count.contains(elements.count) else {
            report(
                name,
                "must have \(count.lowerBound) to \(count.upperBound) elements; leave it out to allow all"
            )
            return nil
        }
        var patterns: [DomainPattern] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                report("\(name)[\(index)]", "must be a string, not \(element.kind)")
                continue
            }
            do {
                patterns.append(try DomainPattern(text))
            } catch {
                report("\(name)[\(index)]", "\(error)")
            }
        }
        return patterns.count == elements.count ? patterns : nil
    }
}
