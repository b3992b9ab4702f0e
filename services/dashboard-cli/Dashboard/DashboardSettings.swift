//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Glibc
import ProgramSettings

/// What `dashboard-cli` takes from the environment, each also as an option.
package struct DashboardSettings: SettingCatalogue {
    let api = Setting.service("AGENT_API_URL", "Where agent-api is.", default: .defaultAPI).with { $0.option = "api" }

    let gateway = Setting.service("GATEWAY_URL", "Where stream-gateway is.", default: .defaultGateway)
        .with { $0.option = "gateway" }

    let token = Setting<String?>(
        "STEPCAST_TOKEN",
        "The access token. The variable keeps it out of the process list.",
        allowed: "visible ASCII characters",
        default: nil,
        shownAs: .none,
        show: { $0 ?? "" },
        parse: { text throws(SettingFault) in
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .mustBe("visible ASCII characters") }
            return text
        }
    ).with {
        $0.option = "token"
        $0.isSecret = true
    }

    let certificateAuthorities = Setting<String?>(
        "STEPCAST_CA_FILE",
        "A PEM file of the authorities that the services' certificates are signed by, in place of the system's.",
        allowed: "a readable file",
        default: nil,
        shownAs: .words("the system's"),
        show: { $0 ?? "" },
        parse: { path throws(SettingFault) in
            guard access(path, R_OK) == 0 else { throw .mustBe("a readable file") }
            return path
        }
    ).with { $0.option = "ca-file" }

    let noColor = Setting<Bool>(
        "NO_COLOR",
        "Print no colours, whatever its value is.",
        default: false,
        shownAs: .words("colours on a terminal"),
        show: { "\($0)" },
        parse: { _ in true }
    )

    package init() {}
}

extension Setting where Value == ServiceURL {
    fileprivate static func service(_ variable: String, _ help: String, default standard: ServiceURL) -> Self {
        let shown = SettingDefault.value(standard.description)
        return Self(variable, help, allowed: ServiceURL.rule, default: standard, shownAs: shown, show: \.description) {
            text throws(SettingFault) in
            guard let url = ServiceURL(text) else { throw .mustBe(ServiceURL.rule) }
            return url
        }
    }
}

extension SettingDeclaration {
    /// The help of the option that stands for the setting.
    func help(valueName: String) -> ArgumentHelp {
        ArgumentHelp("\(help) (default: \(variable), else \(standard))", valueName: valueName)
    }
}
