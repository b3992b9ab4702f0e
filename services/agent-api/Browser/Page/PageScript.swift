//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The script that each frame gets in our isolated world: it tells what a person reads there. The page neither sees it nor can change it.
enum PageScript {
    static let source =
        "globalThis.stepcast = (() => {\n'use strict';\n" + reading + exports + "})();"

    private static let exports = """
        return { text, shows, summary, scroll };
        """
}
