//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The browser's command line.
enum LaunchArguments {
    /// What we ask of every Chromium: the pipe, a profile of its own, and nothing that talks to the network or to the
    /// user on its own account.
    static func make(
        _ configuration: BrowserConfiguration,
        profile: String,
        isRoot: Bool,
        isGated: Bool = false
    ) -> [String] {
        var arguments = [
            "--remote-debugging-pipe",
            "--user-data-dir=\(profile)",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-startup-window",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--disable-breakpad",
            "--disable-crash-reporter",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-hang-monitor",
            "--disable-ipc-flooding-protection",
            "--disable-popup-blocking",
            "--disable-prompt-on-repost",
            "--disable-search-engine-choice-screen",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--metrics-recording-only",
            "--mute-audio",
            "--password-store=basic",
            "--use-mock-keychain",
            "--window-size=\(configuration.windowSize.width),\(configuration.windowSize.height)",
            // A page taken from the back-forward cache comes without its load events, which navigation waits for.
            "--disable-features=BackForwardCache,HttpsUpgrades,MediaRouter,OptimizationHints,Prerender2,Translate",
        ]
        if configuration.headless { arguments += ["--headless=new", "--hide-scrollbars"] }
        // Chromium's sandbox refuses to run as root and the browser would exit at once.
        if isRoot { arguments.append("--no-sandbox") }
        guard isGated else { return merge(arguments, configuration.extraArguments) }
        // Of a switch that is repeated Chromium takes the last one.
        let extra = configuration.extraArguments.filter { !$0.hasPrefix("\(Self.resolverRules)=") }
        return merge(arguments, extra) + Self.gated
    }

    /// The rules that Chromium does not apply to what it asks a proxy for, and the gates therefore do.
    static let resolverRules = "--host-resolver-rules"

    /// What makes sure that nothing leaves the browser but through the gates of its contexts: no name is looked up by the
    /// browser itself, and nothing is sent over UDP.
    private static let gated = [
        "\(resolverRules)=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ]

    /// Of a repeated `--disable-features` or `--enable-features` Chromium takes only the last; their lists are joined
    /// instead.
    static func merge(_ own: [String], _ extra: [String]) -> [String] {
        var merged = own
        for argument in extra {
            let name = argument.prefix(while: { $0 != "=" })
            if name == "--disable-features" || name == "--enable-features",
                let index = merged.firstIndex(where: { $0.hasPrefix("\(name)=") })
            {
                merged[index] += "," + argument.dropFirst(name.count + 1)
            } else {
                merged.append(argument)
            }
        }
        return merged
    }

    /// The variables that a browser needs; the service's own (keys, passwords) are none of its business.
    static func environment(from environment: [String: String]) -> [String: String] {
        let names: Set<String> = [
            "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY",
            "XAUTHORITY",
            "LD_LIBRARY_PATH", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR",
        ]
        let prefixes = ["LC_", "XDG_", "FONTCONFIG_", "CHROME_", "CHROMIUM_"]
        return environment.filter { name, _ in
            names.contains(name) || prefixes.contains { name.hasPrefix($0) } || name.lowercased().hasSuffix("_proxy")
        }
    }
}
