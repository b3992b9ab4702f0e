//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CHiredis
import NIOCore

/// Parses the bytes from Redis into replies, with hiredis's reader.
///
/// Only the reader of hiredis is used, with our own object functions, so that it builds no tree of C objects. After an
/// error the position in the stream is lost, and the connection must be closed.
///
/// Not `Sendable`: it belongs to one connection and is only used on its event loop.
final class ReplyReader {
    /// Why the received bytes are not a reply.
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private final class Box {
        var builder: ReplyBuilder
        /// The length of the string that the reader is given a line for instead.
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
    /// Bytes fed since the last complete reply: those of the unfinished reply, and at most one read more.
    private var unfinishedBytes = 0
    /// Remaining bytes of an omitted string.
    private var bytesToSkip = 0

    /// - Parameter maximumReplySize: In bytes. A larger reply is an error, so that a broken server cannot exhaust the
    ///   memory. The default is twice the largest string that Redis stores. Omitted strings do not count.
    /// - Parameter largestReply: The most bytes of strings to keep of a reply. A string beyond that is omitted, and its
    ///   bytes are dropped as they arrive.
    /// - Throws: ``Malformed`` if there is no memory for the reader.
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
        // The C macro for this is not imported. The box lives as long as the reader.
        reader.pointee.privdata = Unmanaged.passUnretained(box).toOpaque()
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Adds received bytes. ``next()`` then returns the replies that they complete.
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

    /// The next complete reply, or nil if more bytes are needed.
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

    /// Omits the string that is being received if it is too large. What was received of it is replaced by a line, which
    /// the reader consumes at once; the rest is skipped.
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
                received[end + 1] == CChar(UInt8(ascii: "\n")),
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

    /// The number of bytes of incomplete replies that the reader holds.
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

    /// The reader accepts any non-null pointer as an object. The real objects are in the builder.
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
