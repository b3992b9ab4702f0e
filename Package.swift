// swift-tools-version: 6.2

import PackageDescription

/// One set of rules for every module: Swift 6 language mode, explicit existentials, imports that do not leak,
/// and no warnings.
let plain: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Whether this is the build of `stepcast-fuzz` (scripts/fuzz): our modules tell libFuzzer which of their branches are
/// taken, and the address sanitizer checks their memory. Other builds know nothing of it.
let isFuzzing = Context.environment["STEPCAST_FUZZ"] == "1"
let strict =
    plain + (isFuzzing ? [.unsafeFlags(["-O", "-sanitize=fuzzer,address"])] : [])

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let hummingbirdHTTP2 = product(name: "HummingbirdHTTP2", package: "hummingbird")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
}

/// Turns scripts, style sheets and pages into constants of the module in whose folder they are.
let embedding: [Target] = [
    .executableTarget(name: "embedded-file-writer", path: "Plugins/EmbeddedFileWriter", swiftSettings: plain),
    .plugin(
        name: "EmbedFiles",
        capability: .buildTool,
        dependencies: ["embedded-file-writer"],
        path: "Plugins/EmbedFiles"
    ),
]

/// The libraries that more than one service uses. They know nothing of either service.
let shared: [Target] = [
    .systemLibrary(name: "CHiredis", path: "Shared/CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CLibpq", path: "Shared/CLibpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibpq"], path: "Shared/Postgres", swiftSettings: strict),
    .target(name: "JSON", path: "Shared/JSON", swiftSettings: strict),
    .target(name: "Hosts", path: "Shared/Hosts", swiftSettings: strict),
    .target(name: "AgentLogs", dependencies: ["Hosts", "JSON"], path: "Shared/AgentLogs", swiftSettings: strict),
    .target(name: "Keys", dependencies: ["AgentLogs"], path: "Shared/Keys", swiftSettings: strict),
    .target(
        name: "Access",
        dependencies: ["AgentLogs", "JSON", .jwtKit, .logging, .systemPackage],
        path: "Shared/Access",
        swiftSettings: strict
    ),
    .target(name: "ServerSentEvents", path: "Shared/ServerSentEvents", swiftSettings: strict),
    .target(name: "ProgramSettings", path: "Shared/ProgramSettings", swiftSettings: strict),
    .target(
        name: "Redis",
        dependencies: ["CHiredis", .logging, .nioCore, .nioPosix, .nioSSL, .serviceLifecycle],
        path: "Shared/Redis",
        swiftSettings: strict
    ),
    .target(
        name: "Traces",
        dependencies: ["JSON", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .serviceLifecycle],
        path: "Shared/Traces",
        swiftSettings: strict
    ),
    .target(
        name: "ServiceKit",
        dependencies: [
            "Access", "AgentLogs", "Hosts", "JSON", "ProgramSettings", "Redis", "Traces", .argumentParser,
            .configuration, .httpTypes,
            .hummingbird,
            .hummingbirdCore, .hummingbirdHTTP2, .logging, .metrics, .nioCore, .nioHTTP1, .nioHTTPTypes, .nioPosix,
            .nioSSL, .nioTLS, .serviceLifecycle, .systemPackage, .unixSignals,
        ],
        path: "Shared/ServiceKit",
        swiftSettings: strict
    ),
]

let agentAPI: [Target] = [
    .target(
        name: "Egress",
        dependencies: ["Hosts", .logging, .nioCore, .nioPosix],
        path: "services/agent-api/Egress",
        swiftSettings: strict
    ),
    .target(
        name: "Browser",
        dependencies: [
            "Egress", "Hosts", "JSON", .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .nioWebSocket, .subprocess,
        ],
        path: "services/agent-api/Browser",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .target(
        name: "Models",
        dependencies: [
            "AgentLogs", "JSON", "JSONSchema", "Secrets", "Traces", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1,
        ],
        path: "services/agent-api/Models",
        swiftSettings: strict
    ),
    .target(
        name: "JSONSchema",
        dependencies: ["JSON"],
        path: "services/agent-api/JSONSchema",
        swiftSettings: strict
    ),
    .target(
        name: "Secrets",
        dependencies: ["AgentLogs", "Hosts", "JSON"],
        path: "services/agent-api/Secrets",
        swiftSettings: strict
    ),
    .target(
        name: "AgentEvents",
        dependencies: ["AgentLogs", "Browser", "JSON"],
        path: "services/agent-api/AgentEvents",
        swiftSettings: strict
    ),
    .target(
        name: "Steering",
        dependencies: ["AgentLogs"],
        path: "services/agent-api/Steering",
        swiftSettings: strict
    ),
    .target(
        name: "PageActions",
        dependencies: ["AgentEvents", "AgentLogs", "Browser", "JSON", "Secrets", "Steering", .logging],
        path: "services/agent-api/PageActions",
        swiftSettings: strict
    ),
    .target(
        name: "Instructions",
        dependencies: ["AgentEvents", "AgentLogs", "Browser", "PageActions", "Secrets", "Steering", .logging],
        path: "services/agent-api/Instructions",
        swiftSettings: strict
    ),
    .target(
        name: "Agent",
        dependencies: [
            "AgentEvents", "AgentLogs", "Browser", "Instructions", "JSON", "JSONSchema", "Models", "PageActions",
            "Secrets", "Steering",
            .logging,
        ],
        path: "services/agent-api/Agent",
        swiftSettings: strict
    ),
    .target(
        name: "Spool",
        dependencies: [.grdb, .logging],
        path: "services/agent-api/Spool",
        swiftSettings: strict
    ),
    .target(
        name: "Webhooks",
        dependencies: [
            "AgentLogs", "Egress", "Hosts", "JSON", .asyncHTTPClient, .crypto, .nioCore, .nioHTTP1,
        ],
        path: "services/agent-api/Webhooks",
        swiftSettings: strict
    ),
    .target(
        name: "AgentAPI",
        dependencies: [
            "Access", "Agent", "AgentEvents", "AgentLogs", "Browser", "Egress", "Hosts", "Instructions", "JSON",
            "JSONSchema", "Keys", "Models",
            "PageActions", "ProgramSettings", "Redis", "Secrets", "ServiceKit", "Spool", "Steering", "Traces",
            "Webhooks",
            .argumentParser, .httpTypes, .hummingbird, .logging, .metrics,
            .nioCore, .serviceLifecycle,
        ],
        path: "services/agent-api/AgentAPI",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .executableTarget(
        name: "agent-api",
        dependencies: ["AgentAPI", "ServiceKit"],
        path: "services/agent-api/Main",
        swiftSettings: strict
    ),
]

let streamGateway: [Target] = [
    .target(
        name: "Delivery",
        dependencies: [
            "AgentLogs", "JSON", "Keys", "Redis", "ServerSentEvents", .logging, .nioCore, .nioPosix, .serviceLifecycle,
        ],
        path: "services/stream-gateway/Delivery",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .target(
        name: "LiveView",
        dependencies: ["AgentLogs", "JSON", "Keys", "Redis", .nioCore, .serviceLifecycle],
        path: "services/stream-gateway/LiveView",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .target(
        name: "Archive",
        dependencies: ["AgentLogs", "Postgres", .grdb, .grdbSQLite],
        path: "services/stream-gateway/Archive",
        swiftSettings: strict
    ),
    .target(
        name: "Archiving",
        dependencies: ["AgentLogs", "Archive", "Delivery", "Keys", "Redis", .logging, .nioCore, .serviceLifecycle],
        path: "services/stream-gateway/Archiving",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .target(name: "Page", path: "services/stream-gateway/Page", swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(
        name: "Gateway",
        dependencies: [
            "Access", "AgentLogs", "Archive", "Archiving", "Delivery", "JSON", "Keys", "LiveView", "Page", "Postgres",
            "ProgramSettings", "Redis",
            "ServerSentEvents", "ServiceKit", "Traces", .argumentParser, .asyncHTTPClient, .httpTypes, .hummingbird,
            .hummingbirdCore, .logging,
            .metrics, .nioCore, .nioHTTP1, .nioHTTPTypes, .nioPosix, .serviceLifecycle,
        ],
        path: "services/stream-gateway/Gateway",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .executableTarget(
        name: "stream-gateway",
        dependencies: ["Gateway", "ServiceKit"],
        path: "services/stream-gateway/Main",
        swiftSettings: strict
    ),
]

let dashboardCLI: [Target] = [
    .systemLibrary(name: "CCurl", path: "services/dashboard-cli/CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(
        name: "HTTPStream",
        dependencies: ["CCurl"],
        path: "services/dashboard-cli/HTTPStream",
        swiftSettings: strict
    ),
    .target(
        name: "Dashboard",
        dependencies: [
            "Access", "AgentLogs", "Hosts", "HTTPStream", "ProgramSettings", "ServerSentEvents", .argumentParser,
            .logging,
        ],
        path: "services/dashboard-cli/Dashboard",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "dashboard-cli",
        dependencies: ["Dashboard", .argumentParser],
        path: "services/dashboard-cli/Main",
        swiftSettings: strict
    ),
]

/// A small web site of our own, which the demo and the tests browse instead of the internet.
let demoSite: [Target] = [
    .target(
        name: "DemoSite",
        dependencies: [.httpTypes, .hummingbird, .logging, .nioCore, .serviceLifecycle],
        path: "examples/demo-site/DemoSite",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .executableTarget(
        name: "demo-site",
        dependencies: ["DemoSite", .argumentParser, .logging, .serviceLifecycle, .unixSignals],
        path: "examples/demo-site/Main",
        swiftSettings: strict
    ),
]

/// The load generator and the stress test. They share nothing with what they measure.
let benchmarks: [Target] = [
    .systemLibrary(name: "CEpoll", path: "Benchmarks/CEpoll"),
    .target(name: "Loopback", dependencies: ["CEpoll"], path: "Benchmarks/Loopback", swiftSettings: strict),
    .target(
        name: "LocalServer",
        dependencies: ["Loopback", .hummingbird, .logging],
        path: "Benchmarks/LocalServer",
        swiftSettings: strict
    ),
    .target(
        name: "LoadGenerator",
        dependencies: ["Loopback", .argumentParser],
        path: "Benchmarks/LoadGenerator",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
    .executableTarget(
        name: "stepcast-load",
        dependencies: ["LoadGenerator", .argumentParser],
        path: "Benchmarks/Main",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "stepcast-agent-bench",
        dependencies: [
            "Browser", "HTTPStream", "JSON", "LocalServer", "Loopback", "ServerSentEvents", .argumentParser, .httpTypes,
            .hummingbird, .logging, .nioCore,
        ],
        path: "Benchmarks/AgentOverhead",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "stepcast-instructions",
        dependencies: [
            "HTTPStream", "JSON", "LocalServer", "Loopback", .argumentParser, .httpTypes, .hummingbird,
        ],
        path: "Benchmarks/Instructions",
        resources: [.copy("Pages"), .copy("Tasks")],
        swiftSettings: strict
    ),
    .target(
        name: "DeliveryModel",
        dependencies: ["AgentLogs", "Delivery", .nioCore],
        path: "Benchmarks/DeliveryModel",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "stepcast-model",
        dependencies: ["DeliveryModel", .argumentParser],
        path: "Benchmarks/Model",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "stepcast-stress",
        dependencies: ["Loopback", .argumentParser],
        path: "Benchmarks/Stress",
        swiftSettings: strict,
        plugins: ["EmbedFiles"]
    ),
]

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies + ["TestSupport"],
        path: "Tests/\(name)",
        swiftSettings: strict
    )
}

let testing: [Target] = [
    .target(name: "SteadyTimers", path: "Tests/SteadyTimers"),
    .target(
        name: "TestSupport",
        dependencies: [
            "DemoSite", "JSON", .hummingbird, .logging, .nioCore, .nioPosix, .serviceLifecycle, .subprocess,
        ],
        path: "Tests/TestSupport",
        swiftSettings: strict
    ),
    .target(
        name: "ServiceTesting",
        dependencies: [
            "Access", "AgentAPI", "AgentLogs", "Gateway", "HTTPStream", "Redis", "ServerSentEvents", "ServiceKit",
            "TestSupport", .logging, .serviceLifecycle,
        ],
        path: "Tests/ServiceTesting",
        swiftSettings: strict
    ),
    tests("JSONTests", "JSON"),
    tests("HostsTests", "Hosts"),
    tests("AgentLogsTests", "AgentLogs", "Hosts"),
    tests("AccessTests", "Access", "AgentLogs", "JSON", .jwtKit, .logging),
    tests("TracesTests", "JSON", "Traces"),
    tests("KeysTests", "AgentLogs", "Keys"),
    tests("ServerSentEventsTests", "ServerSentEvents"),
    tests("RedisTests", "Redis", .logging, .nioCore, .nioEmbedded, .nioPosix, .nioSSL),
    tests(
        "ServiceKitTests",
        "Access",
        "AgentLogs",
        "Hosts",
        "ProgramSettings",
        "Redis",
        "ServiceKit",
        .argumentParser,
        .configuration,
        .httpTypes,
        .hummingbird,
        .logging,
        .metrics,
        .nioCore,
        .nioEmbedded,
        .nioPosix,
        .serviceLifecycle
    ),
    tests("EgressTests", "Egress", "Hosts", .logging, .nioCore, .nioPosix),
    tests(
        "BrowserTests",
        "Browser",
        "DemoSite",
        "Egress",
        "Hosts",
        "JSON",
        .logging,
        .nioCore,
        .nioPosix
    ),
    tests("SpoolTests", "Spool", .grdb, .logging),
    tests("SteeringTests", "AgentLogs", "Steering"),
    tests("WebhooksTests", "AgentLogs", "Hosts", "JSON", "Webhooks"),
    tests("JSONSchemaTests", "JSON", "JSONSchema"),
    tests("ModelsTests", "AgentLogs", "JSON", "Models", .logging),
    tests("SecretsTests", "AgentLogs", "Hosts", "JSON", "Secrets"),
    tests(
        "PageActionsTests",
        "AgentEvents",
        "AgentLogs",
        "Browser",
        "Egress",
        "Hosts",
        "JSON",
        "PageActions",
        "Secrets",
        .logging
    ),
    tests(
        "AgentTests",
        "Agent",
        "AgentEvents",
        "AgentLogs",
        "Browser",
        "DemoSite",
        "Instructions",
        "JSON",
        "JSONSchema",
        "Models",
        "PageActions",
        "Secrets",
        .logging
    ),
    tests("LanguageTests", "AgentEvents", "Browser", "Instructions", "JSON", "PageActions"),
    tests(
        "AgentAPITests",
        "Agent",
        "AgentAPI",
        "AgentEvents",
        "AgentLogs",
        "Browser",
        "Egress",
        "Hosts",
        "HTTPStream",
        "Models",
        "ProgramSettings",
        "Redis",
        "ServiceKit",
        "ServiceTesting",
        "Spool",
        "Webhooks",
        .logging
    ),
    tests("DeliveryTests", "Delivery", "DeliveryModel", "AgentLogs", "Redis", .logging, .nioCore, .nioEmbedded),
    tests("PostgresTests", "Postgres"),
    tests("ArchiveTests", "AgentLogs", "Archive", "Postgres", .grdb),
    tests(
        "ArchivingTests",
        "Access",
        "AgentLogs",
        "Archive",
        "Archiving",
        "Delivery",
        "Gateway",
        "HTTPStream",
        "JSON",
        "Postgres",
        "ProgramSettings",
        "Redis",
        "ServerSentEvents",
        "ServiceKit",
        "ServiceTesting",
        .grdb,
        .nioCore
    ),
    tests("LiveViewTests", "AgentLogs", "HTTPStream", "LiveView", "Redis", "ServiceTesting", .nioCore),
    tests("GatewayTests", "AgentLogs", "Gateway", "HTTPStream", "JSON", "ServerSentEvents", "ServiceTesting"),
    tests(
        "PageTests",
        "Access",
        "AgentLogs",
        "Archive",
        "Browser",
        "HTTPStream",
        "JSON",
        "Page",
        "ServiceTesting",
        .logging
    ),
    tests("HTTPStreamTests", "HTTPStream", .hummingbird, .logging, .nioCore),
    tests("DashboardTests", "Access", "Dashboard", "AgentLogs", "ServerSentEvents", .hummingbird, .logging, .nioCore),
    tests("DemoSiteTests", "DemoSite", .nioCore, .nioPosix),
    tests("TestSupportTests"),
    .testTarget(
        name: "LoadGeneratorTests",
        dependencies: ["LoadGenerator", "Loopback"],
        path: "Tests/LoadGeneratorTests",
        swiftSettings: strict
    ),
    .testTarget(
        name: "StressTests",
        dependencies: ["Loopback", "stepcast-stress"],
        path: "Tests/StressTests",
        swiftSettings: strict
    ),
    tests("SettingsTests", "AgentAPI", "Dashboard", "Gateway", "ProgramSettings", "ServiceKit"),
    .testTarget(
        name: "InstructionsTests",
        dependencies: ["Browser", "JSON", "TestSupport", "stepcast-instructions", .logging],
        path: "Tests/InstructionsTests",
        swiftSettings: strict
    ),
    tests("PublisherTests", "AgentLogs", "HTTPStream", "JSON", "ServerSentEvents", "ServiceTesting"),
    tests(
        "IntegrationTests",
        "Access",
        "AgentLogs",
        "Dashboard",
        "DemoSite",
        "Gateway",
        "HTTPStream",
        "JSON",
        "ProgramSettings",
        "ServerSentEvents",
        "ServiceKit",
        "ServiceTesting",
        .nioCore,
        .nioPosix,
        .nioSSL
    ),
]

/// The parsers of what comes from outside, with what must be true of each: replayed by the tests, or run by libFuzzer.
let fuzzed: [Target.Dependency] = [
    "Access", "Agent", "AgentAPI", "AgentLogs", "Archive", "Browser", "Dashboard", "Delivery", "Egress", "Gateway",
    "Hosts", "Instructions", "JSON", "JSONSchema", "Models", "ProgramSettings", "Redis", "ServerSentEvents",
    "ServiceKit", "Traces", .crypto, .httpTypes, .hummingbird, .hummingbirdCore,
    .logging, .nioCore, .nioEmbedded, .nioHTTP1,
]

let fuzzing: [Target] =
    isFuzzing
    ? [
        .systemLibrary(name: "CFuzzer", path: "Tests/FuzzTests/CFuzzer"),
        .executableTarget(
            name: "stepcast-fuzz",
            dependencies: fuzzed + ["CFuzzer"],
            path: "Tests/FuzzTests",
            exclude: ["CFuzzer", "Corpora", "ReplayTests.swift"],
            swiftSettings: strict,
            // The default linker fails on the instrumented objects.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
        ),
    ]
    : [
        .testTarget(
            name: "FuzzTests",
            dependencies: fuzzed + ["TestSupport"],
            path: "Tests/FuzzTests",
            exclude: ["CFuzzer", "Corpora", "Main.swift"],
            swiftSettings: strict
        )
    ]

let package = Package(
    name: "stepcast",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "agent-api", targets: ["agent-api"]),
        .executable(name: "stream-gateway", targets: ["stream-gateway"]),
        .executable(name: "dashboard-cli", targets: ["dashboard-cli"]),
        .executable(name: "demo-site", targets: ["demo-site"]),
        .executable(name: "stepcast-load", targets: ["stepcast-load"]),
        .executable(name: "stepcast-agent-bench", targets: ["stepcast-agent-bench"]),
        .executable(name: "stepcast-instructions", targets: ["stepcast-instructions"]),
        .executable(name: "stepcast-stress", targets: ["stepcast-stress"]),
        .library(name: "SteadyTimers", type: .dynamic, targets: ["SteadyTimers"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git",
            from: "2.28.0",
            traits: ["ConfigurationSupport"]
        ),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.0", traits: []),
    ],
    targets: embedding + shared + agentAPI + streamGateway + dashboardCLI + demoSite + benchmarks + testing + fuzzing
)
