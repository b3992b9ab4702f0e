//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What remains after many runs of the real program: completed and cancelled ones, ones whose page freezes, and ones
/// whose browser is killed. `STEPCAST_SOAK_RUNS` is the number of runs; the figures are printed.
@Suite("Many runs in a row", .serialized)
struct SoakTests {
    private static let runs = ProcessInfo.processInfo.environment["STEPCAST_SOAK_RUNS"].flatMap { Int($0) } ?? 20

    /// The resources of a process at one moment.
    private struct Holdings: CustomStringConvertible {
        var browsers: Int
        var browserProcesses: Int
        var browserMebibytes: Int
        /// The targets of descriptors: `pipe:`, `socket:`, `anon_inode:`, a file's name.
        var kinds: [String: Int]
        var descriptors: Int { kinds.values.reduce(0, +) }
        var directories: Int
        var mebibytes: Int

        var description: String {
            "\(browsers) browser of \(browserProcesses) processes and \(browserMebibytes) MiB; agent-api has "
                + "\(descriptors) descriptors (\(kinds.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", "))), \(directories) entries in its temporary directory, \(mebibytes) MiB"
        }

        init(of process: Int32, temporary: String) {
            let children = Self.processes().filter { $0.parent == process }.map(\.id)
            // A browser's processes are in its group. One that has left it is identified by its environment variables.
            let own = Self.processes().filter {
                $0.id != process && (children.contains($0.group) || Self.wasGiven(temporary, $0.id))
            }
            browsers = children.count
            browserProcesses = own.count
            browserMebibytes = own.reduce(0) { $0 + Self.ownBytes(of: $1.id) } >> 20
            let links = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []
            let targets = links.compactMap { name in
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(name)")
            }
            // The spool is opened when Redis is slow for the first time, and stays open.
            kinds = targets.filter { !$0.contains("/spool/") }.reduce(into: [:]) { kinds, target in
                kinds[String(target.prefix { $0 != "[" }.split(separator: "/").last ?? ""), default: 0] += 1
            }
            directories = Self.entries(temporary)
            mebibytes = Self.ownBytes(of: process) >> 20
        }

        static func browserGroups(of process: Int32) -> [Int32] {
            processes().filter { $0.parent == process }.map(\.id)
        }

        private static func entries(_ path: String) -> Int {
            ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).count
        }

        private static func wasGiven(_ temporary: String, _ process: Int32) -> Bool {
            let variables = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
            return variables.split(separator: 0).contains {
                String(decoding: $0, as: UTF8.self) == "TMPDIR=\(temporary)"
            }
        }

        /// The size of private memory that belongs to no file.
        private static func ownBytes(of process: Int32) -> Int {
            let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
            let fields = text.split(separator: " ").prefix(3).compactMap { Int($0) }
            return fields.count == 3 ? (fields[1] - fields[2]) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
        }

        private static func processes() -> [(id: Int32, parent: Int32, group: Int32)] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { Int32($0) }.compactMap { id in
                guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                    let end = status.lastIndex(of: ")")
                else { return nil }
                let fields = status[end...].split(separator: " ").dropFirst()
                // State, parent, group. A zombie that waits to be reaped counts too.
                guard fields.count > 3, let parent = Int32(fields[fields.startIndex + 1]),
                    let group = Int32(fields[fields.startIndex + 2])
                else { return nil }
                return (id, parent, group)
            }
        }
    }

    @Test("They leave no more processes, directories or descriptors than the first one")
    func leavesNothing() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withTemporaryDirectory { directory in
                    let client = HTTPClient()
                    do {
                        let process = try await AgentAPIProcess(
                            redis: redis,
                            directory: directory,
                            settings: ["BROWSER_PATH": try Chromium.path, "LOG_LEVEL": "info"],
                            client: client
                        )
                        try await soak(process, site: site, temporary: directory.file("tmp"))
                        process.process.signal(SIGTERM)
                        #expect(try await process.process.waitForExit(timeout: .seconds(120)) == .exited(0))
                        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.file("tmp")) == [])
                        await client.shutdown()
                    } catch {
                        await client.shutdown()
                        throw error
                    }
                }
            }
        }
    }

    private func soak(_ process: AgentAPIProcess, site: DemoSiteServer, temporary: String) async throws {
        let pid = process.process.pid
        // Until the first prepared context exists, the browser is still growing. Each kept session has a port, so at
        // the end there is one for each session since a browser was last killed.
        let kept = Self.runs - ((1...Self.runs).last { $0 % 10 == 7 } ?? 0) + 1
        for number in 1...max(3, kept) { try await complete("warm-\(number)", on: process.api, site: site) }
        let first = try await atRest(pid, temporary: temporary)
        var ends: [RunStatus: Int] = [:]
        for number in 1...Self.runs {
            let name = "soak-\(number)"
            switch number % 10 {
            case 3: try await cancel(name, task: "go to \(site.url("/never/answers"))", on: process.api)
            case 5:
                let task = "go to \(site.url("/never/idle")) and click \"Freeze\" and wait for \"nothing\""
                try await cancel(name, task: task, on: process.api)
            case 7: try await killBrowser(under: name, of: process, site: site)
            default: try await complete(name, on: process.api, site: site)
            }
            ends[try await process.api.run(name).status, default: 0] += 1
        }
        try await complete("last", on: process.api, site: site)
        var last = Holdings(of: pid, temporary: temporary)
        try await eventually("what is left to be no more than \(first); it is \(last)") {
            last = Holdings(of: pid, temporary: temporary)
            return last.browsers <= first.browsers && last.browserProcesses <= first.browserProcesses
                && last.descriptors <= first.descriptors && last.directories <= first.directories
        }
        #expect(last.mebibytes <= first.mebibytes + 64)
        let counts = ends.map { "\($0.value) \($0.key.rawValue)" }.sorted().joined(separator: ", ")
        print("soak: \(Self.runs) runs (\(counts)); before: \(first); after: \(last)")
    }

    /// The resources of a process once they are stable: after a run its pages are closed and a context is prepared for
    /// the next one, with fewer resources in between.
    private func atRest(_ process: Int32, temporary: String) async throws -> Holdings {
        var holdings = Holdings(of: process, temporary: temporary)
        var sightings = 0
        try await eventually("the process to come to rest") {
            let now = Holdings(of: process, temporary: temporary)
            let isSame =
                now.browsers == holdings.browsers && now.browserProcesses == holdings.browserProcesses
                && now.kinds == holdings.kinds && now.directories == holdings.directories
            sightings = isSame ? sightings + 1 : 0
            holdings = now
            return sightings == 40
        }
        return holdings
    }

    private func post(_ name: String, _ task: String, on api: RunningAgentAPI) async throws {
        let text = task.replacing("\"", with: "\\\"")
        #expect(try await api.post(#"{"task":"\#(text)","request_id":"\#(name)"}"#).status == 200)
    }

    private func complete(_ name: String, on api: RunningAgentAPI, site: DemoSiteServer) async throws {
        try await post(name, "go to \(site.url("/links")) and click \"Link 3\"", on: api)
        let run = try await api.finishedRun(name)
        #expect(run.status == .completed, "\(name): \(run.error ?? "")")
    }

    private func untilRunning(_ name: String, on api: RunningAgentAPI) async throws {
        try await eventually("\(name) to begin its first step") { try await api.run(name).status == .running }
    }

    private func cancel(_ name: String, task: String, on api: RunningAgentAPI) async throws {
        try await post(name, task, on: api)
        try await untilRunning(name, on: api)
        #expect(try await api.get("/api/agents/\(name)", method: "DELETE").status == 202)
        #expect(try await api.finishedRun(name).status == .cancelled)
    }

    private func killBrowser(under name: String, of process: AgentAPIProcess, site: DemoSiteServer) async throws {
        try await post(name, "go to \(site.url("/links")) and wait for \"nothing\"", on: process.api)
        try await untilRunning(name, on: process.api)
        // It may have to be started first.
        let group = try await eventually("the browser") { Holdings.browserGroups(of: process.process.pid).first }
        kill(-group, SIGKILL)
        let run = try await process.api.finishedRun(name)
        #expect(run.status == .failed)
    }
}
