//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Pictures of a page while it is watched")
    struct ScreencastTests {
        private static let isJPEG: @Sendable ([UInt8]) -> Bool = { $0.starts(with: [0xFF, 0xD8, 0xFF]) }

        /// Waits for pictures until there is none for a while.
        private static func lastFrame(of cast: Screencast) async throws -> PageFrame? {
            var last: PageFrame?
            while let frame = try await cast.next(within: .seconds(3)) { last = frame }
            return last
        }

        @Test("The first picture comes at once, and others only when the page looks different")
        func changes() async throws {
            try await BrowserFixture.shared.withDocument("<h1 id=h>One</h1>") { page, _ in
                let cast = Screencast(of: page)
                let first = try #require(try await cast.next(within: .seconds(60)))
                #expect(Self.isJPEG(first.jpeg))
                #expect(first.width >= 1000 && first.height >= 500)
                _ = try await Self.lastFrame(of: cast)
                let count = page.screencast.current.count
                #expect(try await cast.next(within: .seconds(1)) == nil)
                #expect(page.screencast.current.count == count)
                _ = try await page.evaluate("h.textContent = 'Two'")
                let second = try #require(try await cast.next(within: .seconds(60)))
                #expect(second.jpeg != first.jpeg)
                cast.stop()
            }
        }

        @Test("However fast a page changes, its last look is pictured, and none is made that is not asked for")
        func lastChange() async throws {
            let document = """
                <body style='margin:0;background:red'><script>
                  let n = 0;
                  const timer = setInterval(() => {
                    document.body.style.background = ++n < 60 ? `hsl(${n * 5}, 80%, 50%)` : 'white';
                    if (n === 60) { clearInterval(timer); document.title = 'done'; }
                  }, 16);
                </script>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let cast = Screencast(of: page)
                _ = try await cast.next(within: .seconds(60))
                // Nobody asks meanwhile.
                try await eventually("the page to come to its end") { try await page.title() == "done" }
                #expect(page.screencast.current.count < 20)
                let last = try #require(try await Self.lastFrame(of: cast))
                cast.stop()
                _ = try await page.evaluate("document.body.style.background = 'white'")
                let fresh = Screencast(of: page)
                #expect(try await fresh.next(within: .seconds(60))?.jpeg == last.jpeg)
                fresh.stop()
            }
        }

        @Test("A picture keeps to its width and its size, and is left out where it cannot")
        func bounds() async throws {
            try await BrowserFixture.shared.withPage("/shop") { page, _ in
                let wide = Screencast(of: page, ScreencastOptions(maximumWidth: 1200))
                let large = try #require(try await wide.next(within: .seconds(60)))
                wide.stop()
                let options = ScreencastOptions(maximumWidth: 1200, maximumBytes: large.jpeg.count / 2)
                let narrow = Screencast(of: page, options)
                #expect(try #require(try await narrow.next(within: .seconds(60))).jpeg.count <= large.jpeg.count / 2)
                narrow.stop()
                let none = Screencast(of: page, ScreencastOptions(maximumBytes: 100))
                #expect(try await none.next(within: .seconds(60)) == nil)
                none.stop()
            }
        }

        @Test("A page that is closed ends the wait for its picture")
        func closed() async throws {
            try await BrowserFixture.shared.withDocument("<h1>One</h1>") { page, _ in
                let cast = Screencast(of: page)
                _ = try await Self.lastFrame(of: cast)
                async let closing: Void = page.close()
                await #expect(throws: BrowserError.self) { try await cast.next(within: .seconds(60)) }
                await closing
            }
        }
    }

    @Suite("Where an action was")
    struct PageTargetTests {
        @Test("A clicked element's box is told once, in pixels of the window, also within scaled frames")
        func box() async throws {
            let inner =
                "<body style='margin:0'><button style='position:absolute;left:10px;top:20px;width:90px;height:30px'>In</button>"
            let document = """
                <body style='margin:0'>
                <button style='position:absolute;left:100px;top:50px;width:80px;height:40px;border:0'>Out</button>
                <iframe style='position:absolute;left:200px;top:300px;width:200px;height:100px;border:0;transform:scale(2);transform-origin:0 0'
                  srcdoc="\(inner)"></iframe>
                """
            try await BrowserFixture.shared.withDocument(document) { page, context in
                #expect(context.takeTarget() == nil)
                try await page.click(try await page.reference("Out"))
                let outer = try #require(context.takeTarget())
                #expect([outer.x, outer.y, outer.width, outer.height] == [100, 50, 80, 40])
                #expect(outer.windowWidth == (try await page.evaluate("innerWidth")).number)
                #expect(context.takeTarget() == nil)
                try await page.click(try await page.reference("In"))
                let target = try #require(context.takeTarget())
                #expect([target.x, target.y, target.width, target.height] == [220, 340, 180, 60])
                #expect(target.windowHeight == outer.windowHeight)
            }
        }
    }
}
