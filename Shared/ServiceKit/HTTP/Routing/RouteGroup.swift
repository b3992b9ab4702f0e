//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HTTPTypes
package import Hummingbird

/// Routes that have the same middleware. Each is added with its description, so that none is without one.
package struct RouteGroup {
    private let group: RouterGroup<ServiceContext>
    private let table: RouteTable
    private let document: APIDocument
    private let access: APIDocument.Access

    init(
        _ group: RouterGroup<ServiceContext>,
        _ table: RouteTable,
        _ document: APIDocument,
        _ access: APIDocument.Access
    ) {
        self.group = group
        self.table = table
        self.document = document
        self.access = access
    }

    /// Adds a route.
    package func on(
        _ path: RouterPath,
        _ method: HTTPRequest.Method,
        _ description: RouteDescription,
        use handler: @escaping @Sendable (Request, ServiceContext) async throws -> some ResponseGenerator
    ) {
        table.add(path.description, method)
        document.add(path.description, method, description, access)
        group.on(path, method: method, use: handler)
    }

    /// Adds a route for `GET`, and thereby `HEAD`.
    package func get(
        _ path: RouterPath,
        _ description: RouteDescription,
        use handler: @escaping @Sendable (Request, ServiceContext) async throws -> some ResponseGenerator
    ) {
        on(path, .get, description, use: handler)
    }

    /// Adds a route for `POST`.
    package func post(
        _ path: RouterPath,
        _ description: RouteDescription,
        use handler: @escaping @Sendable (Request, ServiceContext) async throws -> some ResponseGenerator
    ) {
        on(path, .post, description, use: handler)
    }

    /// Adds a route for `DELETE`.
    package func delete(
        _ path: RouterPath,
        _ description: RouteDescription,
        use handler: @escaping @Sendable (Request, ServiceContext) async throws -> some ResponseGenerator
    ) {
        on(path, .delete, description, use: handler)
    }
}
