//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser
import Egress
import HTTPTypes
import Hosts
import ProgramSettings
import ServiceKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension BrowserConfiguration {
    /// Reads and validates the settings of the browser (protocol, section 5).
    ///
    /// - Parameter host: The address that the service listens on. If it is a loopback address, only this machine can
    ///   request runs, so they may see what it sees.
    /// - Throws: `InvalidSetting`, also for restrictions that cannot be enforced.
    init(_ settings: inout Settings, _ declared: BrowserSettings, host: String) throws(InvalidSetting) {
        self.init(
            path: try settings.read(declared.path),
            extraArguments: try settings.read(declared.arguments),
            headless: try settings.read(declared.headless),
            cdpURL: try settings.read(declared.cdpURL),
            uploadDirectory: try settings.read(declared.uploadDirectory)
        )
        if cdpURL == nil, geteuid() == 0 {
            settings.warn("this process runs as root, and Chromium then runs without its sandbox; use another user")
        }
        let domains = try settings.read(declared.allowedDomains)
        let isLoopback = Self.isLoopback(host)
        let blocks =
            try settings.read(declared.blockPrivateNetworks, otherwise: isLoopback ? "0" : "1") ?? !isLoopback
        egress = EgressPolicy(
            allowedDomains: domains.isEmpty ? nil : domains,
            blocksPrivateNetworks: blocks,
            allowedNetworks: try settings.read(declared.allowedNetworks)
        )
        guard let reason = restrictionObstacle else { return }
        if !domains.isEmpty {
            throw InvalidSetting(
                variable: "ALLOWED_DOMAINS",
                reason: "it cannot be enforced, since \(reason); unset one of them"
            )
        }
        if blocks {
            throw InvalidSetting(
                variable: "BLOCK_PRIVATE_NETWORKS",
                reason: "it is on (by default unless HOST is loopback) and cannot be enforced, since \(reason); "
                    + "set it to 0 if something else keeps pages from private addresses"
            )
        }
    }

    /// Why connections cannot be restricted, in words; `nil` if they can.
    var restrictionObstacle: String? {
        gateObstacle(environment: ProcessInfo.processInfo.environment)
    }

    private static func isLoopback(_ host: String) -> Bool {
        guard let address = IPAddress(host) else { return host == "localhost" }
        return address.isLoopback
    }
}

extension RunRequest {
    /// Rejects a webhook that may not be connected to, and a restriction that this service's browser cannot enforce.
    ///
    /// - Parameter path: The prefix of the field's name: `tasks[3].`
    /// - Throws: `Problem` 422.
    func check(against browser: BrowserConfiguration, path: String = "") throws {
        if let webhook, let refusal = browser.egress.refusal(ofPage: webhook.url, isCanonical: true) {
            throw Problem(
                .unprocessableContent,
                "The request has invalid fields.",
                errors: [.init(field: "\(path)webhook.url", message: "may not be connected to: \(refusal)")]
            )
        }
        guard allowedDomains != nil, let reason = browser.restrictionObstacle else { return }
        throw Problem(
            .unprocessableContent,
            "The request has invalid fields.",
            errors: [
                .init(field: "\(path)allowed_domains", message: "cannot be enforced by this service, since \(reason)")
            ]
        )
    }
}
