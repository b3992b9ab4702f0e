//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("The mouse")
    struct MouseTests {
        @Test("What shows only under the mouse is shown by hovering over a plain text")
        func hovers() async throws {
            let html = """
                <style>.row button { display: none } .row:hover button { display: inline }</style>
                <div class=row><span>Rome</span> <button onclick="out.textContent = 'Rome'">More</button></div>
                <div class=row><span>Taxes</span> <button onclick="out.textContent = 'Taxes'">More</button></div><p id=out></p>
                """
            try await ActionScene.with(html) { scene in
                let outcome = try await scene.perform(.hover(try await scene.seen("Taxes")))
                #expect(outcome.effects.isVisible)
                try await scene.perform(.click(try await scene.seen("More")))
                #expect(try await scene.output() == "Taxes")
            }
        }

        @Test("Something is dragged onto a box that is not interactive, and seen to have moved")
        func drags() async throws {
            let html = """
                <div style='width: 200px; height: 100px' id=a><h2>To do</h2><div draggable=true id=k>Write tests</div></div>
                <div style='width: 200px; height: 100px' id=b><h2>Done</h2></div><p id=out>-</p><script>
                b.ondragover = (e) => e.preventDefault(); b.ondrop = () => { b.append(k); out.textContent = 'moved' }</script>
                """
            try await ActionScene.with(html) { scene in
                let onto = PageAction.DragDestination.onto(try await scene.seen("Done"))
                let outcome = try await scene.perform(.drag(try await scene.seen("Write tests"), to: onto))
                #expect(outcome.verified == [.moved("Write tests")])
                #expect(try await scene.output() == "moved")
            }
        }

        @Test("A drag that moves nothing fails")
        func vainDrag() async throws {
            try await ActionScene.with("<button>Stone</button><p>Wall</p>") { scene in
                let onto = PageAction.DragDestination.onto(try await scene.seen("Wall"))
                let failure = try await scene.failure(of: .drag(try await scene.seen("Stone"), to: onto))
                #expect(failure.kind == .notVerified)
            }
        }

        @Test("What lies on top of an element is named")
        func covered() async throws {
            let html = """
                <button>Subscribe</button><div role=dialog aria-label=Sale style='position: fixed; inset: 0; background: #fff8'>
                Sale! <button>No thanks</button></div>
                """
            try await ActionScene.with(html) { scene in
                var actor = scene.actor
                actor.limits.element = .milliseconds(500)
                do {
                    _ = try await actor.perform(.click(try await scene.seen("Subscribe")))
                    Issue.record("what is covered was clicked")
                } catch let failure as ActionFailure {
                    guard case .covered(let by) = failure.kind else { throw failure }
                    #expect(by.contains("Sale"))
                }
            }
        }

        @Test("A place in a drawing is clicked")
        func places() async throws {
            let html = """
                <canvas id=c width=200 height=100 role=img aria-label=Map></canvas><p id=out></p><script>
                c.onclick = (e) => { out.textContent = Math.round(e.offsetX) + ' ' + Math.round(e.offsetY);
                  c.getContext('2d').fillRect(e.offsetX, e.offsetY, 9, 9) }</script>
                """
            try await ActionScene.with(html) { scene in
                let outcome = try await scene.perform(.clickPoint(try await scene.seen("Map"), x: 0.25, y: 0.5))
                #expect(try await scene.output() == "50 50")
                #expect(outcome.effects.isVisible)
            }
        }

        @Test("A click without any effect that can be seen is told from one with an effect that comes late")
        func effects() async throws {
            let html = """
                <button>Nothing</button><button onclick="setTimeout(() => out.textContent = 'late', 200)">Late</button>
                <button onclick="this.style.background = 'red'">Paint</button><p id=out>-</p>
                """
            try await ActionScene.with(html) { scene in
                #expect(try await !scene.perform(.click(try await scene.seen("Nothing"))).effects.isVisible)
                let late = try await scene.perform(.click(try await scene.seen("Late")))
                #expect(late.effects.appeared == ["late"])
                #expect(try await scene.perform(.click(try await scene.seen("Paint"))).effects.looksDifferent)
            }
        }

        @Test("A window that opens empty is waited for")
        func emptyWindow() async throws {
            let html = """
                <button onclick="const w = window.open('', '_blank'); setTimeout(() => { w.location = '/report' }, 400)">Open</button>
                """
            try await ActionScene.with(html, others: ["/report": "<h1>Quarterly report</h1>"]) { scene in
                let outcome = try await scene.perform(.click(try await scene.seen("Open")))
                #expect(outcome.effects.openedTab != nil)
                #expect(try await scene.actor.look().nodes.contains { $0.text == "Quarterly report" })
            }
        }
    }
}
