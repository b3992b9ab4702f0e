//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import Testing

@Suite("Addresses")
struct AddressTests {
    @Test(
        "Special addresses are not public",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
            "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
            "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
            "239.255.255.255", "240.0.0.1", "255.255.255.255",
            "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
            "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "fc00::1", "fd12:3456::1", "fe80::1",
            "fec0::1", "ff02::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1",
            "4000::1", "5f00::1",
            // The clouds' metadata: AWS, Azure, Alibaba, Google, Oracle, Tencent, OpenStack.
            "fd00:ec2::254", "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::168.63.129.16", "100.100.100.200",
            "fd20:ce::254", "192.0.0.192", "169.254.0.23", "fe80::a9fe:a9fe",
        ]
    )
    func isNotPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isPublic)
    }

    @Test(
        "All others are public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0", "168.63.129.15", "168.63.129.17", "198.17.255.255", "198.20.0.0", "223.255.255.255",
            "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        ]
    )
    func isPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isPublic)
    }

    @Test("An IPv4-mapped IPv6 address is the IPv4 address")
    func mapped() throws {
        #expect(IPAddress("::ffff:10.0.0.1") == IPAddress("10.0.0.1"))
        #expect(IPAddress("[::1]") == IPAddress("::1"))
        #expect(IPAddress("10.1") == nil && IPAddress("example.com") == nil && IPAddress("") == nil)
    }

    @Test(
        "A block contains the addresses with its prefix",
        arguments: [
            ("10.1.2.0/24", "10.1.2.255", true), ("10.1.2.0/24", "10.1.3.0", false),
            ("10.1.2.128/25", "10.1.2.127", false), ("10.1.2.128/25", "10.1.2.128", true),
            ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("192.168.0.7", "192.168.0.7", true),
            ("192.168.0.7", "192.168.0.8", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe80::1", false),
            ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ]
    )
    func contains(block: String, address: String, isIn: Bool) throws {
        let address = try #require(IPAddress(address))
        #expect(try AddressBlock(block).contains(address) == isIn)
    }

    @Test(
        "An invalid block is rejected",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.1/24", "10/8", "a/8", "::/129", "1.1.1.1/2/3",
        ]
    )
    func refuses(text: String) {
        let error = #expect(throws: InvalidAddressBlock.self) { try AddressBlock(text) }
        #expect(error?.description.contains("10.1.2.0/24") == true)
    }
}
