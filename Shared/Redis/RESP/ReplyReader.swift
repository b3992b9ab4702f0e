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
        var builder = ReplyBuilder()
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let box = Box()
    private let maximumReplySize: Int
    private var failure: Malformed?
    /// Bytes fed since the last complete reply: those of the reply that is under way, at most one read too many.
    private var unfinishedBytes = 0

    /// - Parameter maximumReplySize: in bytes. A larger reply is an error; the limit keeps a server that has gone mad
    ///   from taking all the memory. The default is twice the largest string that Redis stores.
    /// - Throws: ``Malformed`` when there is no memory for the reader.
    init(maximumReplySize: Int = 1 << 30) throws(Malformed) {
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
        guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw fail(errorText) }
        guard object != nil else { return nil }
        unfinishedBytes = reader.pointee.len - reader.pointee.pos
        guard let value = box.builder.finish() else { throw fail("a reply has too few or too many values") }
        return value
    }

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
