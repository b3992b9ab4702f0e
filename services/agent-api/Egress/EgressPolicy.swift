//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

/// Where the pages of a run may connect to.
package struct EgressPolicy: Hashable, Sendable {
    /// Lists of sites. A host must be in every list. Without lists all hosts are allowed.
    package var domainLists: [[DomainPattern]]

    /// Whether to block addresses that are not public (``IPAddress/isPublic``) and those of this machine's own
    /// interfaces.
    package var blocksPrivateNetworks: Bool

    /// Exceptions from that block.
    package var allowedNetworks: [AddressBlock]

    /// Whether only web pages may be shown. Otherwise `data:`, `file:` and the browser's own pages are allowed too.
    package var showsWebOnly: Bool

    package init(
        allowedDomains: [DomainPattern]? = nil,
        blocksPrivateNetworks: Bool = false,
        allowedNetworks: [AddressBlock] = [],
        showsWebOnly: Bool = true
    ) {
        domainLists = allowedDomains.map { [$0] } ?? []
        self.blocksPrivateNetworks = blocksPrivateNetworks
        self.allowedNetworks = allowedNetworks
        self.showsWebOnly = showsWebOnly
    }

    /// Allows everything.
    package static let unrestricted = EgressPolicy(showsWebOnly: false)

    /// Whether connections are restricted in any way.
    package var restrictsConnections: Bool { blocksPrivateNetworks || !domainLists.isEmpty }

    /// The policy with one more list of sites, or this policy for `nil`.
    package func narrowed(to domains: [DomainPattern]?) -> EgressPolicy {
        var narrowed = self
        if let domains { narrowed.domainLists.append(domains) }
        return narrowed
    }

    /// The schemes allowed for a host and port; empty if none are.
    func schemes(host: HostName, port: Int) -> WebSchemes {
        domainLists.reduce(.any) { schemes, list in
            schemes.intersection(list.reduce([]) { $0.union($1.schemes(host: host, port: port)) })
        }
    }

    /// Whether connecting to an address is allowed.
    func permits(_ address: IPAddress, interfaces: InterfaceAddresses = .ofMachine) -> Bool {
        !blocksPrivateNetworks || allowedNetworks.contains { $0.contains(address) }
            || (address.isPublic && !interfaces.contains(address.translated))
    }

    /// Why a page may not be shown, judged by its address alone; `nil` if it may.
    ///
    /// The ``EgressGate`` blocks network access. This check is for pages that need no network, such as those of other
    /// schemes and from a cache, and for rejecting early.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - isCanonical: Whether the browser wrote the address. In one that a person wrote, the browser may see a
    ///     different host, so only an unambiguous host is checked.
    package func refusal(ofPage url: String, isCanonical: Bool) -> EgressRefusal? {
        guard showsWebOnly else { return nil }
        // The empty page, and what Chromium shows for a page that failed to load.
        if url.isEmpty || url == "about:blank" || url.hasPrefix("about:blank#") { return nil }
        if isCanonical, url.hasPrefix("chrome-error://") { return nil }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else {
            return EgressRefusal(target: String(url.prefix(60)), reason: "only http and https pages are allowed")
        }
        guard let origin = WebOrigin(url: url) else {
            guard isCanonical, !domainLists.isEmpty else { return nil }
            return EgressRefusal(target: String(url.prefix(60)), reason: EgressRefusal.notAllowedDomain)
        }
        let target = "\(origin.host):\(origin.port)"
        let schemes = self.schemes(host: origin.host, port: origin.port)
        if schemes.isEmpty { return EgressRefusal(target: target, reason: EgressRefusal.notAllowedDomain) }
        if !schemes.contains(origin.scheme) {
            return EgressRefusal(target: target, reason: EgressRefusal.notAllowedScheme(origin.scheme))
        }
        if let address = origin.host.address.flatMap({ IPAddress($0) }), !permits(address) {
            return EgressRefusal(target: target, reason: EgressRefusal.privateAddress(nil))
        }
        return nil
    }
}
