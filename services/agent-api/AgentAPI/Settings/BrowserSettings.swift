//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
package import Hosts
package import ProgramSettings
import ServiceKit

/// The settings of the browser and of the connections of its pages.
package struct BrowserSettings: SettingGroup {
    package let path = Setting.text(
        "BROWSER_PATH",
        "The browser's executable.",
        without: .words("`chromium-headless-shell`, `chromium` or Chrome on `PATH`")
    )

    package let arguments = Setting<[String]>.form(
        "BROWSER_ARGS",
        "Additional arguments for the browser, quoted as in a shell.",
        default: [],
        shownAs: .none,
        show: { $0.joined(separator: " ") },
        parse: { try BrowserConfiguration.splitArguments($0) }
    )

    package let headless = Setting.flag(
        "BROWSER_HEADLESS",
        "Whether the browser runs without a window.",
        default: true
    ).with { $0.compose = .omitted(because: "the container has no display") }

    package let warmUp = Setting.flag(
        "BROWSER_WARM_UP",
        "Whether the browser starts with the service, so that the first run does not wait for it.",
        default: true
    )

    package let cdpURL = Setting<String?>.form(
        "BROWSER_CDP_URL",
        "The DevTools address of a running browser, to use instead of starting one: `ws://…`, `wss://…`, "
            + "`http://host:port` or `https://…`.",
        default: nil,
        shownAs: .none,
        show: { $0 ?? "" },
        parse: {
            do throws(BrowserError) {
                _ = try RemoteBrowserURL($0)
            } catch {
                throw SettingFault.because(error.message)
            }
            return $0
        }
    ).with {
        // It may contain a token.
        $0.isSecret = true
        $0.formerOptions = ["browser-cdpurl"]
    }

    package let uploadDirectory = Setting.directory(
        "UPLOAD_DIRECTORY",
        "The directory with files that runs may upload. Files that the run itself has downloaded are always allowed."
    )

    package let allowedDomains = Setting<[DomainPattern]>.list(
        "ALLOWED_DOMAINS",
        "The only sites that runs may connect to, separated by commas: `example.com`, `*.example.com`, "
            + "`https://example.com`, `localhost:8080`.",
        without: "all"
    ) { try DomainPattern($0) }

    package let blockPrivateNetworks = Setting<Bool?>.flag(
        "BLOCK_PRIVATE_NETWORKS",
        "Whether pages are blocked from private, loopback, link-local and metadata addresses.",
        without: "1 unless `HOST` is a loopback address"
    )

    package let allowedNetworks = Setting<[AddressBlock]>.list(
        "ALLOWED_NETWORKS",
        "The private networks that pages may still connect to, separated by commas: `10.1.2.0/24,192.168.0.7`.",
        without: "none"
    ) { try AddressBlock($0) }
}
