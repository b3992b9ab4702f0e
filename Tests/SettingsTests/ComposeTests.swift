//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ProgramSettings
import Testing

@Suite("The compose files and the settings")
struct ComposeTests {
    @Test("deploy/services.yml gives each service exactly its declared settings", arguments: Program.services)
    func environment(program: Program) throws {
        let environment = try Self.environment(of: program.name)
        var expected: [String: String] = [:]
        for declaration in program.declarations {
            switch declaration.compose {
            case .passed(let preset): expected[declaration.variable] = "${\(declaration.variable):-\(preset)}"
            case .fixed(let value): expected[declaration.variable] = value
            case .omitted: continue
            }
        }
        for (variable, value) in expected {
            #expect(environment[variable] == value, "\(variable) of \(program.name)")
        }
        #expect(Set(environment.keys).subtracting(expected.keys).sorted() == [])
    }

    @Test("dashboard-cli gets its token, and the addresses from its stack")
    func dashboard() throws {
        #expect(try Self.environment(of: "dashboard-cli") == ["STEPCAST_TOKEN": "${STEPCAST_TOKEN:-}"])
    }

    @Test("deploy/.env.example lists exactly the variables that the compose files use, with their defaults")
    func example() throws {
        var used: [String: Set<String>] = ["COMPOSE_PROJECT_NAME": ["deploy"]]
        for file in ["docker-compose.yml", "compose.scale.yml", "services.yml"] {
            for match in try RepositoryFile("deploy/\(file)").read().matches(of: /\$\{([A-Z_]+):-([^}]*)\}/) {
                used[String(match.1), default: []].insert(String(match.2))
            }
        }
        let listed = try RepositoryFile("deploy/.env.example").read().matches(of: /(?m)^#([A-Z_]+)=(.*)$/)
        #expect(Set(listed.map { String($0.1) }) == Set(used.keys))
        #expect(listed.count == used.count)
        let declared = Set(Program.services.flatMap(\.variables))
        for line in listed where !declared.contains(String(line.1)) {
            #expect(used[String(line.1)] == [String(line.2)], "\(line.1)")
        }
    }

    /// The environment of a service in `deploy/services.yml`: the lines below `environment:`, to the next key.
    private static func environment(of service: String) throws -> [String: String] {
        let lines = try RepositoryFile("deploy/services.yml").read().split(separator: "\n")
        let own = lines.drop { $0 != "  \(service):" }.dropFirst().prefix { $0.hasPrefix("   ") }
        let variables = own.drop { $0 != "    environment:" }.dropFirst().prefix { $0.hasPrefix("      ") }
        var environment: [String: String] = [:]
        for line in variables {
            let parts = line.split(separator: ":", maxSplits: 1)
            let name = parts[0].drop { $0 == " " }
            guard parts.count == 2, !name.hasPrefix("#") else { continue }
            environment[String(name)] = String(parts[1].drop { $0 == " " }).replacing("\"", with: "")
        }
        return environment
    }
}
