//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

extension FuzzTarget {
    /// Names and addresses of hosts, blocks, origins and patterns: what is written of one is read as the same.
    static let hosts = FuzzTarget(name: "hosts") { input throws(BrokenPromise) in
        let text = input.text
        if let host = HostName(text) { try promise(HostName("\(host)") == host, "\(host) is another when it is read") }
        if let address = IPAddress(text) {
            try promise(IPAddress("\(address)") == address, "\(address) is another when it is read")
        }
        if let block = try? AddressBlock(text) {
            try promise((try? AddressBlock("\(block)")) == block, "\(block) is another when it is read")
        }
        if let pattern = try? DomainPattern(text) {
            try promise((try? DomainPattern("\(pattern)")) == pattern, "\(pattern) is another when it is read")
            _ = pattern.matches(url: "https://example.com/")
        }
        if let origin = WebOrigin(url: text), let all = try? DomainPattern("*") { _ = all.matches(origin) }
    }
}
