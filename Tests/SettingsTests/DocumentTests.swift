//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import Gateway
import ProgramSettings
import ServiceKit
import Testing

@Suite("The documents about settings", .serialized)
struct DocumentTests {
    @Test(
        "docs/settings.md lists the declared settings",
        arguments: [("services", Program.services), ("dashboard-cli", [Program.dashboard])]
    )
    func table(name: String, programs: [Program]) throws {
        let block = GeneratedBlock(
            path: "docs/settings.md",
            begin: "<!-- generated: \(name) -->",
            end: "<!-- end -->"
        )
        let hasSeveral = programs.count > 1
        let head =
            hasSeveral
            ? ["variable", "read by", "default", "allowed", "what"] : ["variable", "option", "default", "what"]
        let rows = Variable.all(of: programs).map { variable in
            let reader = variable.readers.count > 1 ? "both" : variable.readers[0].program.name
            let name = "`\(variable.name)`"
            let standard = variable.merged { $0.standard.markdown }
            let help = variable.declaration.help
            let option = variable.declaration.option.map { "`--\($0)`" } ?? "none"
            return hasSeveral
                ? [name, reader, standard, variable.declaration.allowed ?? "", help] : [name, option, standard, help]
        }
        let lines = [head, head.map { _ in "---" }] + rows
        try block.check(lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined())
    }

    @Test("docs/settings.md lists the settings that the containers do not take unchanged from deploy/.env")
    func containers() throws {
        let block = GeneratedBlock(
            path: "docs/settings.md",
            begin: "<!-- generated: containers -->",
            end: "<!-- end -->"
        )
        var text = "| variable | in the containers |\n| --- | --- |\n"
        for variable in Variable.all(of: Program.services) {
            let words = variable.merged { $0.compose.words }
            if !words.isEmpty { text += "| `\(variable.name)` | \(words) |\n" }
        }
        try block.check(text)
    }

    @Test("deploy/.env.example lists what the compose files pass on, with its defaults")
    func environmentExample() throws {
        let block = GeneratedBlock(
            path: "deploy/.env.example",
            begin: "# --- The services, from their declarations ---",
            end: "# --- End of the declarations ---"
        )
        var text = ""
        for variable in Variable.all(of: Program.services) {
            guard case .passed = variable.declaration.compose else { continue }
            let defaults = Set(variable.readers.map(\.declaration.composedDefault))
            // If the services have different defaults, no single value applies to both.
            let value = defaults.count == 1 ? defaults.first ?? "" : ""
            let words = variable.merged { $0.composedDefaultText }
            let facts = [
                variable.declaration.allowed.map { "Allowed: \($0)." }, value.isEmpty ? "Default: \(words)." : nil,
            ]
            let help = ([variable.declaration.help] + facts.compactMap { $0 }).joined(separator: " ")
            text += help.replacing("`", with: "").wrapped(to: 118).map { "# \($0)\n" }.joined()
            text += "#\(variable.name)=\(value)\n"
        }
        try block.check(text)
    }

    @Test("Each variable is declared once by a program", arguments: Program.all)
    func unique(program: Program) {
        let names = program.declarations.map(\.variable)
        #expect(Set(names).count == names.count)
        let options = program.declarations.flatMap { [$0.option].compactMap { $0 } + $0.formerOptions }
        #expect(Set(options).count == options.count)
    }

    @Test("Each declared setting of a service is read, and no others")
    func read() throws {
        var settings = Settings([:])
        _ = try AgentAPIConfiguration(&settings)
        #expect(Set(settings.effective.map(\.variable)) == Program.agentAPI.variables)
        settings = Settings([:])
        _ = try GatewayConfiguration(&settings)
        #expect(Set(settings.effective.map(\.variable)) == Program.gateway.variables)
    }

    @Test("A default that is a value is allowed", arguments: Program.services)
    func defaults(program: Program) throws {
        var values: [String: String] = [:]
        for declaration in program.declarations {
            if case .value(let text) = declaration.standard { values[declaration.variable] = text }
        }
        // Without a key these configure a model, which must be reachable.
        for prefix in ["OPENAI", "ANTHROPIC"] { values["\(prefix)_BASE_URL"] = nil }
        var settings = Settings(values)
        if program.name == "agent-api" {
            _ = try AgentAPIConfiguration(&settings)
        } else {
            _ = try GatewayConfiguration(&settings)
        }
        for (variable, value) in settings.effective where values[variable] != nil {
            #expect(value == values[variable], "\(variable)")
        }
    }
}

extension Program {
    var variables: Set<String> { Set(declarations.map(\.variable)) }
}

extension SettingDefault {
    fileprivate var markdown: String {
        switch self {
        case .value(let text): "`\(text)`"
        case .words(let text): text
        }
    }
}

extension ComposeTreatment {
    /// Empty if a value of `deploy/.env` is passed on and the program's default applies.
    fileprivate var words: String {
        switch self {
        case .passed(let preset): preset.isEmpty ? "" : "default: `\(preset)`"
        case .fixed(let value): "set to `\(value)`"
        case .omitted(let reason): "not passed on: \(reason)"
        }
    }
}

extension SettingDeclaration {
    /// The default in the containers, as it could be set in `deploy/.env`.
    fileprivate var composedDefault: String {
        if case .passed(let preset) = compose, !preset.isEmpty { return preset }
        if case .value(let text) = standard { return text }
        return ""
    }

    fileprivate var composedDefaultText: String { composedDefault.isEmpty ? standard.description : composedDefault }
}

extension String {
    /// Lines of at most the given width, broken at spaces.
    fileprivate func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
