//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Dialogs")
    struct DialogTests {
        private static let html = """
            <button onclick="alert('Careful'); out.textContent = confirm('Delete all?') ? 'deleted' : 'kept'">Delete</button>
            <button onclick="out.textContent = String(prompt('New name?', 'draft'))">Rename</button><p id=out>-</p>
            """

        @Test("Nothing is agreed to that was not foreseen")
        func byDefault() async throws {
            try await ActionScene.with(Self.html) { scene in
                let outcome = try await scene.perform(.click(try await scene.seen("Delete")))
                #expect(try await scene.output() == "kept")
                #expect(outcome.effects.dialogs.map(\.answer) == [.accept(), .dismiss])
                try await scene.perform(.click(try await scene.seen("Rename")))
                #expect(try await scene.output() == "null")
                #expect(
                    scene.events.texts.contains { $0.contains("confirm \"Delete all?\"; it was answered with Cancel") }
                )
            }
        }

        @Test("An answer goes to the dialog of its kind, not to an alert before it")
        func byKind() async throws {
            try await ActionScene.with(Self.html) { scene in
                try await scene.perform(.answerDialog(.accept(), kind: .confirm))
                try await scene.perform(.click(try await scene.seen("Delete")))
                #expect(try await scene.output() == "deleted")
                try await scene.perform(.answerDialog(.accept()))
                try await scene.perform(.click(try await scene.seen("Delete")))
                #expect(try await scene.output() == "deleted")
                try await scene.perform(.answerDialog(.dismiss, kind: .alert))
                try await scene.perform(.answerDialog(.accept(text: "final"), kind: .prompt))
                try await scene.perform(.click(try await scene.seen("Delete")))
                #expect(try await scene.output() == "kept")
                try await scene.perform(.click(try await scene.seen("Rename")))
                #expect(try await scene.output() == "final")
            }
        }
    }
}
