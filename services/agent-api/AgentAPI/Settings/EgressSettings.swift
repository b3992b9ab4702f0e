//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser
import Egress
import HTTPTypes
import Hosts
import ServiceKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension BrowserConfiguration {
    /// Reads `ALLOWED_DOMAINS`, `BLOCK_PRIVATE_NETWORKS` and `ALLOWED_NETWORKS` (protocol, section 5).
    ///
    /// - Parameter host: where the service listens. On a loopback address only this machine can ask for runs, and they may
    ///   see what it sees.
    /// - Throws: `InvalidSetting`, also for restrictions that could not be kept to.
    mutating func readEgress(from settings: inout Settings, host: String) throws(InvalidSetting) {
        let domains: [DomainPattern] = try settings.value(
            "ALLOWED_DOMAINS",
            default: "",
            show: { Self.shown($0, orElse: "(all)") },
            parse: { list in try Self.elements(of: list).map { try DomainPattern($0) } }
        )
        let blocks = try settings.flag("BLOCK_PRIVATE_NETWORKS", default: !Self.isLoopback(host))
        let networks: [AddressBlock] = try settings.value(
            "ALLOWED_NETWORKS",
            default: "",
            show: { Self.shown($0, orElse: "(none)") },
            parse: { list in try Self.elements(of: list).map { try AddressBlock($0) } }
        )
        egress = EgressPolicy(
            allowedDomains: domains.isEmpty ? nil : domains,
            blocksPrivateNetworks: blocks,
            allowedNetworks: networks
        )
        guard let reason = restrictionObstacle else { return }
        if !domains.isEmpty {
            throw InvalidSetting(
                variable: "ALLOWED_DOMAINS",
                value: nil,
                allowed: "it cannot be kept to, since \(reason); unset one of them"
            )
        }
        if blocks {
            throw InvalidSetting(
                variable: "BLOCK_PRIVATE_NETWORKS",
                value: nil,
                allowed: "it is on (so by default, unless HOST is loopback) and cannot be kept to, since \(reason); "
                    + "set it to 0 if something else keeps pages from private addresses"
            )
        }
    }

    /// Why a run cannot be restricted, in words; `nil` when it can.
    var restrictionObstacle: String? {
        gateObstacle(environment: ProcessInfo.processInfo.environment)
    }

    private static func isLoopback(_ host: String) -> Bool {
        guard let address = IPAddress(host) else { return host == "localhost" }
        return address.bytes[0] == 127 || address == IPAddress("::1")
    }

    /// The words between the commas.
    private static func elements(of list: String) -> [Substring] {
        list.split { $0 == "," || $0.isWhitespace }
    }

    private static func shown(_ list: [some CustomStringConvertible], orElse none: String) -> String {
        list.isEmpty ? none : list.map(\.description).joined(separator: ",")
    }
}

extension RunRequest {
    /// Refuses what the browser of this service cannot keep to: a restriction that is not kept must not be accepted.
    ///
    /// - Parameter path: What stands before the field's name: `tasks[3].`
    /// - Throws: `Problem` 422.
    func check(against browser: BrowserConfiguration, path: String = "") throws {
        guard allowedDomains != nil, let reason = browser.restrictionObstacle else { return }
        throw Problem(
            .unprocessableContent,
            "The request has fields that are wrong.",
            errors: [
                .init(field: "\(path)allowed_domains", message: "cannot be kept to by this service, since \(reason)")
            ]
        )
    }
}
