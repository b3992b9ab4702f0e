//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the addresses of hosts.
package protocol HostResolver: Sendable {
    /// The addresses of a host, the best one first. An empty list for a host that there is not.
    ///
    /// - Parameter gate: whom it is looked up for. Gates are not to hold each other up.
    func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress]
}

/// The system's resolver (`getaddrinfo`), on threads of its own: it blocks.
package struct SystemResolver: HostResolver {
    /// A name server that does not answer keeps a thread for some seconds. One gate keeps no more than four, whatever its pages
    /// ask for, and the others take turns on the rest.
    private static let threads = LookupThreads(count: 32, countPerGate: 4) { Self.lookUp($0) }

    package init() {}

    /// Asks the system, unless the host is an address, or of this machine by its name (RFC 6761, section 6.3).
    ///
    /// - Throws: `CancellationError`.
    package func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        if host == "localhost" || host.hasSuffix(".localhost") {
            return ["127.0.0.1", "::1"].compactMap { IPAddress($0) }
        }
        return try await Self.threads.addresses(of: host, for: gate)
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = Int32(SOCK_STREAM)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let info = next?.pointee {
            next = info.ai_next
            guard let address = UnsafeRawPointer(info.ai_addr) else { continue }
            let found: IPAddress? =
                switch info.ai_family {
                case AF_INET:
                    withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in.self).sin_addr) { IPAddress($0) }
                case AF_INET6:
                    withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { IPAddress($0) }
                default: nil
                }
            if let found, !addresses.contains(found) { addresses.append(found) }
        }
        return addresses
    }
}
