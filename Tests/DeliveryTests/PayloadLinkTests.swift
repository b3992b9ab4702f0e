//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("What a payload says of its entry's place")
struct PayloadLinkTests {
    private func link(_ text: String) -> PayloadLink? { PayloadLink(ByteBuffer(string: text)) }

    @Test("The last two members are the entry before and the entry")
    func link() throws {
        let link = try #require(self.link(#"{"msg":"a","prev":"1-2","id":"1-3"}"#))
        #expect(link.previous == EntryID("1-2"))
        #expect(link.id == EntryID("1-3"))
    }

    @Test("The greatest ids there can be are read")
    func greatest() throws {
        let id = "18446744073709551615-18446744073709551615"
        let link = try #require(self.link(#"{"msg":"a","prev":"\#(id)","id":"\#(id)"}"#))
        #expect(link.previous == link.id)
        #expect(link.id.description == id)
    }

    @Test(
        "Anything else proves nothing",
        arguments: [
            "", "}", "hello", #"{"msg":"a"}"#, #"{"msg":"a","id":"1-3"}"#, #"{"prev":"1-2","id":"1-3"}"#,
            #"{"msg":"a","prev":"1-2","id":"1-3"} "#, #"{"msg":"a","prev":"x","id":"1-3"}"#,
            #"{"msg":"a","prev":"1-2","id":""}"#, #"{"msg":"a","id":"1-3","prev":"1-2"}"#,
            #"{"msg":"a","prev":"1-2","id":"99999999999999999999-1"}"#,
        ]
    )
    func others(text: String) {
        #expect(link(text) == nil)
    }
}
