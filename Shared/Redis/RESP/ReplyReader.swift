//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CHiredis
import NIOCore

/// Parses the bytes that Redis sends into replies, with hiredis's reader.
///
/// Only the reader of hiredis is used, with object functions of our own, so that it builds no tree of C objects. An
/// error is final: after it the position in the stream is lost, and the connection has to be closed.
///
/// Not `Sendable`: it belongs to one connection and is used on its event loop only.
final class ReplyReader {
    /// Why the bytes received are not a reply.
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private final class Box {
        var builder: ReplyBuilder
        /// The length of the string in whose place the reader finds a line next.
        var omittedLength: Int?

        init(limit: Int) {
            builder = ReplyBuilder(limit: limit)
        }
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let box: Box
    private let maximumReplySize: Int
    private var failure: Malformed?
    /// Bytes fed since the last complete reply: those of the reply that is under way, at most one read too many.
    private var unfinishedBytes = 0
    /// Bytes of a string that is left out which are still to come.
    private var bytesToSkip = 0

    /// - Parameter maximumReplySize: in bytes. A larger reply is an error; the limit keeps a server that has gone mad
    ///   from taking all the memory. The default is twice the largest string that Redis stores.
    ///   What is left out does not count.
    /// - Parameter largestReply: how many bytes of strings are kept of a reply. A string that goes beyond is left out, and
    ///   its bytes are dropped as they come.
    /// - Throws: ``Malformed`` when there is no memory for the reader.
    init(maximumReplySize: Int = 1 << 30, largestReply: Int? = nil) throws(Malformed) {
        box = Box(limit: largestReply ?? .max)
        functions = .allocate(capacity: 1)
        functions.initialize(to: Self.objectFunctions)
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw Malformed(description: "no memory for the reply reader")
        }
        self.reader = reader
        self.maximumReplySize = maximumReplySize
        // The C macro for this is not imported. The box lives as long as the reader does.
        reader.pointee.privdata = Unmanaged.passUnretained(box).toOpaque()
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Adds bytes that were received; ``next()`` then gives the replies that they complete.
    func feed(_ buffer: ByteBuffer) throws(Malformed) {
        if let failure { throw failure }
        var buffer = buffer
        if bytesToSkip > 0 {
            let count = min(bytesToSkip, buffer.readableBytes)
            buffer.moveReaderIndex(forwardBy: count)
            bytesToSkip -= count
        }
        unfinishedBytes += buffer.readableBytes
        guard unfinishedBytes <= maximumReplySize else {
            throw fail("a reply is larger than \(maximumReplySize) bytes")
        }
        let status = buffer.withUnsafeReadableBytes { bytes in
            redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard status == REDIS_OK else { throw fail(errorText) }
    }

    /// The next complete reply, or nil when more bytes are needed.
    func next() throws(Malformed) -> RESPValue? {
        if let failure { throw failure }
        var object: UnsafeMutableRawPointer?
        repeat {
            guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw fail(errorText) }
        } while object == nil && omitString()
        guard object != nil else { return nil }
        unfinishedBytes = reader.pointee.len - reader.pointee.pos
        guard let value = box.builder.finish() else { throw fail("a reply has too few or too many values") }
        return value
    }

    /// Leaves out the string whose bytes are being waited for, when it is too large. What came of it is turned into a
    /// line, which the reader takes at once; the rest is skipped.
    private func omitString() -> Bool {
        let depth = Int(reader.pointee.ridx)
        guard depth >= 0, let buffer = reader.pointee.buf else { return false }
        return withUnsafeMutableBytes(of: &reader.pointee.rstack) { stack in
            let tasks = stack.bindMemory(to: redisReadTask.self)
            guard depth < tasks.count, tasks[depth].type == REDIS_REPLY_STRING else { return false }
            let start = reader.pointee.pos
            let received = UnsafeMutableBufferPointer(start: buffer + start, count: reader.pointee.len - start)
            // The longest length has 19 digits.
            guard let end = received.prefix(21).firstIndex(of: CChar(UInt8(ascii: "\r"))), end + 1 < received.count,
                let length = Int(String(decoding: received[..<end].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)),
                !box.builder.hasRoom(for: length)
            else { return false }
            let (total, overflow) = length.addingReportingOverflow(end + 4)
            guard !overflow, total > received.count else { return false }
            bytesToSkip = total - received.count
            box.omittedLength = length
            tasks[depth].type = REDIS_REPLY_STATUS
            received.update(repeating: CChar(UInt8(ascii: " ")))
            received[received.count - 2] = CChar(UInt8(ascii: "\r"))
            received[received.count - 1] = CChar(UInt8(ascii: "\n"))
            return true
        }
    }

    /// How many bytes of replies that are not complete the reader holds.
    var heldBytes: Int { reader.pointee.len - reader.pointee.pos }

    private var errorText: String {
        withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func fail(_ description: String) -> Malformed {
        let malformed = Malformed(description: description)
        failure = malformed
        return malformed
    }

    /// The reader takes any non-null pointer for an object that was made; the objects are in the builder.
    private static var made: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }

    private static var objectFunctions: redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, string, length in
                guard let task, let box = ReplyReader.box(task) else { return nil }
                if let omitted = box.omittedLength {
                    box.omittedLength = nil
                    box.builder.appendOmitted(byteCount: omitted)
                    return ReplyReader.made
                }
                let bytes = UnsafeRawBufferPointer(start: string, count: length)
                switch task.pointee.type {
                case REDIS_REPLY_ERROR: box.builder.appendString(.error, bytes)
                case REDIS_REPLY_STATUS: box.builder.appendString(.simple, bytes)
                default: box.builder.appendString(.bulk, bytes)
                }
                return ReplyReader.made
            },
            createArray: { task, count in
                guard let task, let box = ReplyReader.box(task) else { return nil }
                box.builder.appendArray(count: Int(count))
                return ReplyReader.made
            },
            createInteger: { task, value in
                guard let task, let box = ReplyReader.box(task) else { return nil }
                box.builder.appendInteger(value)
                return ReplyReader.made
            },
            createNil: { task in
                guard let task, let box = ReplyReader.box(task) else { return nil }
                box.builder.appendNull()
                return ReplyReader.made
            },
            freeObject: { _ in }
        )
    }

    private static func box(_ task: UnsafePointer<redisReadTask>) -> Box? {
        task.pointee.privdata.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue() }
    }
}
