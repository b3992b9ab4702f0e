//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The script that each frame gets in our isolated world: it finds elements as a person would name them and tells
/// whether they can be acted on. The page neither sees it nor can change it.
enum PageScript {
    static let source =
        "globalThis.stepcast = (() => {\n'use strict';\n" + elements + finding + acting + reading + exports + "})();"

    private static let exports = """
        return {
          frames, find, ready, focus, value, content, setValue, choose, isChecked, text, shows, summary, scroll,
        };
        """
}
