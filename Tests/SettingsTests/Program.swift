//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import Dashboard
import Gateway
import ProgramSettings

/// A program and its declared settings.
struct Program: Sendable, CustomStringConvertible {
    let name: String
    let declarations: [SettingDeclaration]

    var description: String { name }

    static let agentAPI = Program(name: "agent-api", declarations: AgentAPISettings().declarations)
    static let gateway = Program(name: "stream-gateway", declarations: GatewaySettings().declarations)
    static let dashboard = Program(name: "dashboard-cli", declarations: DashboardSettings().declarations)

    static let services = [agentAPI, gateway]
    static let all = services + [dashboard]
}

/// A variable and all programs that read it.
struct Variable {
    let name: String
    var readers: [(program: Program, declaration: SettingDeclaration)]

    var declaration: SettingDeclaration { readers[0].declaration }

    /// The variables of several programs in the order of declaration, each once.
    static func all(of programs: [Program]) -> [Variable] {
        var variables: [Variable] = []
        for program in programs {
            for declaration in program.declarations {
                if let index = variables.firstIndex(where: { $0.name == declaration.variable }) {
                    variables[index].readers.append((program, declaration))
                } else {
                    variables.append(Variable(name: declaration.variable, readers: [(program, declaration)]))
                }
            }
        }
        return variables
    }

    /// The text for each program: once if it is the same for all, otherwise with the program's name.
    func merged(_ text: (SettingDeclaration) -> String) -> String {
        let texts = readers.map { text($0.declaration) }
        guard Set(texts).count > 1 else { return texts[0] }
        return zip(texts, readers).compactMap { $0.isEmpty ? nil : "\($0) (\($1.program.name))" }.joined(
            separator: ", "
        )
    }
}
