//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery
import HTTPTypes
import ServiceKit

/// Who may open another stream: the limits on viewers, in all and of one client.
struct ViewerAdmission: Sendable {
    private let maximumViewers: Int
    private let seats: ClientSeats
    private let limiter: RateLimiter

    init(_ configuration: GatewayConfiguration) {
        maximumViewers = configuration.maximumViewers
        seats = ClientSeats(limit: configuration.maximumViewersPerClient)
        limiter = RateLimiter(.streams, configuration.connectRate)
    }

    /// Counts a stream that a client opens.
    ///
    /// - Returns: The client's place for it.
    /// - Throws: `Problem` 429 when the client has too many, or has opened too many.
    func admit(_ context: ServiceContext) throws -> ClientSeats.Seat {
        try limiter.count(of: context)
        return try seats.takeSeat(for: context)
    }

    /// A place among all viewers.
    ///
    /// - Throws: `Problem` 429 when all are taken.
    func takeSeat(in hub: TopicHub, format: StreamFormat = .stepcast) throws -> TopicHub.Seat {
        if let seat = hub.takeSeat(format: format.rawValue) { return seat }
        throw Problem(
            .tooManyRequests,
            "This gateway serves at most \(maximumViewers) viewers, and the limit is reached.",
            headers: [.retryAfter: "5"]
        )
    }
}
