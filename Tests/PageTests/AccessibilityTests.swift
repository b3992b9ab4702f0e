//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("Who can use the page")
    struct AccessibilityTests {
        /// What is wrong with a view for people who cannot see it, or see it large.
        static let faults = """
            (() => {
              const faults = [];
              const name = node => (node.getAttribute('aria-label') ?? node.getAttribute('aria-labelledby') ?? node.labels?.[0]?.textContent
                ?? node.textContent ?? '').trim();
              const shown = node => node.checkVisibility({ visibilityProperty: true });
              for (const node of document.querySelectorAll('button, a, input, select, textarea, [role=slider], dialog'))
                if (shown(node) && !name(node)) faults.push(`no name: ${node.outerHTML.slice(0, 80)}`);
              for (const node of document.querySelectorAll('img')) if (!node.hasAttribute('alt')) faults.push('img without alt');
              for (const name of document.body.matches('.door') ? ['h1', 'main'] : ['h1', 'main', 'header.bar']) {
                const count = document.querySelectorAll(name).length;
                if (count !== 1) faults.push(`${count} × ${name}`);
              }
              const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
              for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`twice: #${id}`);
              for (const node of document.querySelectorAll('[aria-labelledby], [aria-controls]'))
                for (const to of ['aria-labelledby', 'aria-controls'])
                  if (node.hasAttribute(to) && !document.getElementById(node.getAttribute(to))) faults.push(`${to} leads nowhere`);
              const roles = ['alert', 'article', 'dialog', 'feed', 'group', 'img', 'menu', 'menuitem', 'slider', 'status', 'option', 'listbox', 'combobox'];
              for (const node of document.querySelectorAll('[role]'))
                if (!roles.includes(node.getAttribute('role'))) faults.push(`role ${node.getAttribute('role')}`);
              for (const node of document.querySelectorAll('[tabindex]')) if (node.tabIndex > 0) faults.push('an order of its own');
              for (const node of document.querySelectorAll('[aria-hidden=true]'))
                if (node.querySelector('a, button, input, [tabindex="0"]')) faults.push('hidden, but takes the focus');
              if (document.documentElement.scrollWidth > innerWidth) faults.push(`${document.documentElement.scrollWidth} wide`);
              const luminance = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(part => part / 255)
                  .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ground = node => {
                for (; node; node = node.parentElement) {
                  const colour = getComputedStyle(node).backgroundColor;
                  if (!/, 0\\)|transparent/.test(colour)) return colour;
                }
                return getComputedStyle(document.body).backgroundColor;
              };
              const texts = document.createTreeWalker(document.querySelector('dialog[open]') ?? document.querySelector('main'), NodeFilter.SHOW_TEXT);
              while (texts.nextNode()) {
                const node = texts.currentNode.parentElement;
                if (!texts.currentNode.data.trim() || !shown(node) || node.closest('.sr, option, .later, .toast, .tolive')) continue;
                const both = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => b - a);
                const ratio = (both[0] + 0.05) / (both[1] + 0.05);
                if (ratio < 4.5) faults.push(`${ratio.toFixed(1)}: ${node.className} ${texts.currentNode.data.slice(0, 30)}`);
              }
              return [...new Set(faults)].join('\\n');
            })()
            """

        @Test(
            "Each view has names, one heading, enough contrast and no more width than the window",
            arguments: [
                (1280, false), (1280, true), (390, false), (390, true),
            ]
        )
        func views(width: Int, isDark: Bool) async throws {
            try await PageScene.whole { scene in
                for number in 1...40 {
                    let level = [10: "WARNING", 20: "ERROR"][number] ?? "INFO"
                    try await scene.add("line \(number)", seq: number, step: 1 + number / 10, level: level)
                }
                try await scene.add("line 50", seq: 50)
                let body = #"{"task":"Go to http://site.test/","request_id":"quick"}"#
                #expect(try await scene.api?.post(body).status == 200)
                _ = try await scene.api?.finishedRun("quick")
                for (path, text) in [
                    ("/", "quick"), ("/runs/r1", "line 50"), ("/runs/quick", "Completed in"), ("/wall", "Just ended"),
                ] {
                    try await WebPage.show(scene.url(path), width: width, isDark: isDark) { page in
                        try await page.waits(forText: text, in: "main")
                        let faults = try await page.value(Self.faults).string
                        #expect(faults == "", "\(path)")
                        try await expectFocusOrder(of: page, at: path)
                    }
                }
            }
        }

        /// With the key Tab the focus goes through the page in its order, sees all its parts, and is always to be seen.
        private func expectFocusOrder(of page: WebPage, at path: String) async throws {
            let place = """
                ((node) => node === document.body ? '' : [[...document.querySelectorAll('*')].indexOf(node),
                  node.checkVisibility() && node.getBoundingClientRect().width > 0, node.closest('header.bar, main, nav')?.localName,
                  ].join(' '))(document.activeElement)
                """
            let reachable = "[...document.querySelectorAll('main :is(a, button, input, [tabindex=\"0\"])')]"
            try await page.waits(
                for: "what takes the focus in \(path)",
                "\(reachable).some(node => node.checkVisibility())"
            )
            var last = -1
            var parts: Set<String> = []
            for _ in 1...80 {
                try await page.press("Tab")
                let words = (try await page.value(place).string ?? "").split(separator: " ").map(String.init)
                guard words.count == 3, let index = Int(words[0]), index > last else { break }
                #expect(words[1] == "true", "\(path): an element that takes the focus is not to be seen")
                last = index
                parts.insert(words[2])
            }
            #expect(parts.isSuperset(of: ["header", "main"]), "\(path): \(parts)")
        }

        @Test("Each dialog has names, enough contrast, and the focus", arguments: [(1280, false), (390, true)])
        func dialogs(width: Int, isDark: Bool) async throws {
            try await PageScene.withGatewayAlone { scene in
                try await scene.add("line 1", seq: 1)
                try await WebPage.show(scene.url("/runs/r1"), width: width, isDark: isDark) { page in
                    try await page.waits(forText: "line 1", in: ".rec")
                    for key in ["n", "?", "Control+k"] {
                        try await page.press(key)
                        try await page.waits(for: "the dialog", "document.activeElement.closest('dialog') !== null")
                        #expect(try await page.value(Self.faults).string == "", "\(key)")
                        try await page.press("Escape")
                        try await page.waits(for: "it to be closed", "document.querySelector('dialog[open]') === null")
                    }
                }
            }
        }
    }
}
