//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

/// Where the pages of a run may connect to.
package struct EgressPolicy: Hashable, Sendable {
    /// Lists of sites, each of which must have a host among them. No list allows all.
    package var domainLists: [[DomainPattern]]

    /// Whether addresses that are not of the whole internet are refused (``IPAddress/isPublic``), and those of this machine's
    /// own interfaces.
    package var blocksPrivateNetworks: Bool

    /// What is not refused in spite of it.
    package var allowedNetworks: [AddressBlock]

    /// Whether only pages of the web are shown. Otherwise also `data:`, `file:` and the browser's own.
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

    /// The policy with one more list of sites; this one for `nil`.
    package func narrowed(to domains: [DomainPattern]?) -> EgressPolicy {
        var narrowed = self
        if let domains { narrowed.domainLists.append(domains) }
        return narrowed
    }

    /// The schemes over which a host may be spoken to; empty when it may not be at all.
    func schemes(host: HostName, port: Int) -> WebSchemes {
        domainLists.reduce(.any) { schemes, list in
            schemes.intersection(list.reduce([]) { $0.union($1.schemes(host: host, port: port)) })
        }
    }

    /// Whether an address may be connected to.
    func permits(_ address: IPAddress, interfaces: InterfaceAddresses = .ofMachine) -> Bool {
        !blocksPrivateNetworks || allowedNetworks.contains { $0.contains(address) }
            || (address.isPublic && !interfaces.contains(address.translated))
    }

    /// What is refused when a page is to be shown, as far as its address tells; `nil` when it may be.
    ///
    /// The network is refused by the ``EgressGate``. This is for what needs none, pages of other schemes and pages from
    /// a cache, and to refuse early.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - isCanonical: Whether the browser has written it. Of one that a person has written the browser may make
    ///     another host, so only a host that is clear is judged.
    package func refusal(ofPage url: String, isCanonical: Bool) -> EgressRefusal? {
        guard showsWebOnly else { return nil }
        // The empty page, and what Chromium shows in place of one that could not be loaded.
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
