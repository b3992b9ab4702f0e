//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dispatch
import Glibc

/// Why a file cannot be read.
struct UnreadableInput: Error, CustomStringConvertible {
    /// `No such file or directory`
    let description: String
}

/// Reads whole files.
enum FileInput {
    /// What is in the file of that path.
    ///
    /// - Parameter limit: The most to read, in bytes.
    /// - Throws: ``UnreadableInput``.
    static func read(path: String, limit: Int) async throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnreadableInput(description: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        return try await read(descriptor: descriptor, limit: limit)
    }

    /// The first line of a small file on this machine.
    ///
    /// - Throws: ``CommandFailure`` if it cannot be read or is empty.
    static func firstLine(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                status: .usage,
                message: "the file \(path) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        defer { close(descriptor) }
        let bytes: [UInt8]
        do {
            bytes = try blockingRead(descriptor: descriptor, limit: 64 << 10).get()
        } catch {
            throw CommandFailure(status: .usage, message: "the file \(path) cannot be read: \(error)")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else { throw CommandFailure(status: .usage, message: "the file \(path) is empty") }
        return String(decoding: line, as: UTF8.self)
    }

    /// What there is to read, off the pool's threads: a person may type it.
    ///
    /// - Throws: ``UnreadableInput``.
    static func read(descriptor: Int32, limit: Int) async throws -> [UInt8] {
        let result: Result<[UInt8], UnreadableInput> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: blockingRead(descriptor: descriptor, limit: limit))
            }
        }
        return try result.get()
    }

    private static func blockingRead(descriptor: Int32, limit: Int) -> Result<[UInt8], UnreadableInput> {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &piece, min(piece.count, limit - bytes.count))
            if count == 0 { break }
            if count > 0 {
                bytes += piece[..<count]
            } else if errno != EINTR {
                return .failure(UnreadableInput(description: String(cString: strerror(errno))))
            }
        }
        return .success(bytes)
    }
}
