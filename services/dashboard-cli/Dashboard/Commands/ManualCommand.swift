//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `manual`
struct ManualCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page, for man: dashboard-cli manual | man -l -"
    )

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await context.output.write(ManualPage.text)
        return .completed
    }
}
