//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import Dashboard

@Suite("Pictures on a terminal")
struct PictureTests {
    /// A picture of 20 by 12 pixels, whose red grows to the right by 12 and whose green grows downwards by 20, as libjpeg
    /// writes it in several ways.
    private static let gradients = [
        "4:2:0": """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q\
        EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\
        EBAQEBAQEBD/wAARCAAMABQDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAACAAH/8QAHxAAAQIHAQEAAAAAAAAAAAAAAAYk\
        AgQFByIyohSh/8QAFgEBAQEAAAAAAAAAAAAAAAAABgQI/8QAHxEAAQMDBQAAAAAAAAAAAAAABAAHMQECBgUSEyEi/9oADAMBAAIR\
        AxEAPwAwJ6ymrTk0xPWU1aciHTyUouLY01PJSi4NivWc/K7lBG2dA3xKNklZRvC05IacklKL54W30gHfn5W6srWQ7oG8VsxRf//Z
        """,
        "4:4:4 with restarts": """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q\
        EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\
        EBAQEBAQEBD/wAARCAAMABQDAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwYI/8QAHxAAAQIHAQEAAAAAAAAAAAAABgAk\
        AgQFByIyohSh/8QAFwEBAQEBAAAAAAAAAAAAAAAABgcIBf/EACIRAAEDAgYDAAAAAAAAAAAAAAAEBiIDBQESITFRYhMjMv/dAAQA\
        A//aAAwDAQACEQMRAD8AzAPWU1acqtLHR2Brbee0hMHrKatOUUWOjsaAbbz2kIMlZRvC05Rqq6ZfRbEDz9GEj//QtB4UouLZcJZc\
        K/JjZt3VVpITR4UouDZFFlwr8mgG3dVWkhAkhSi+eFt9RurcK+bctiC6qvBhI//Z
        """,
        "4:2:2": """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q\
        EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\
        EBAQEBAQEBD/wAARCAAMABQDASEAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwAI/8QAHxAAAQIHAQEAAAAAAAAAAAAAAAYk\
        AgQFByIyohSh/8QAGAEAAgMAAAAAAAAAAAAAAAAABggEBwn/xAAjEQABAgUDBQAAAAAAAAAAAAAABSIBAgQGIQMHQRITIzEy/9oA\
        DAMBAAIRAxEAPwDMCespq05ExPWU1acliLN0e3E7ba8/hwgyVlG8LTkgDnul0XDZU95+KV3AjJ5KUXFsJqeSlFwbAIsKGvnJltts\
        q1THCBJJSi+eFt9IBJ1DX6o5Gyp1Wq7UruD/2Q==
        """,
    ]

    private static let gray = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q\
        EBEQCgwSExIQEw8QEBD/wAALCAAMABQBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAfEAABAgcBAQAAAAAAAAAAAAAGACQC\
        BAUHIjKiFKH/2gAIAQEAAD8AmAespq05SYPWU1acpBkrKN4WnKRh4UouLZJo8KUXBskCSFKL54W31f/Z
        """

    private static let progressive = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q\
        EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\
        EBAQEBAQEBD/wgARCAAMABQDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwAG/8QAFgEBAQEAAAAAAAAAAAAAAAAABQMH\
        /9oADAMBAAIQAxAAAAEv0yJpqgm00wOs/wD/xAAaEAACAwEBAAAAAAAAAAAAAAAABAIDBRIi/9oACAEBAAEFAl8UXxSGL5XVpF1a\
        SCtPP//EABkRAAMAAwAAAAAAAAAAAAAAAAADBgESIf/aAAgBAwEBPwGbqHcF1DtcH//EABkRAAIDAQAAAAAAAAAAAAAAAAADAQQF\
        Ef/aAAgBAgEBPwG5vtJ329P/xAAVEAEBAAAAAAAAAAAAAAAAAAAAMv/aAAgBAQAGPwKUpSlL/8QAGBABAAMBAAAAAAAAAAAAAAAA\
        ACExwRH/2gAIAQEAAT8hpypyhZQyGcY//9oADAMBAAIAAwAAABDc/wD/xAAYEQACAwAAAAAAAAAAAAAAAAAAATFBUf/aAAgBAwEB\
        PxDbLNCP/8QAFxEAAwEAAAAAAAAAAAAAAAAAABExIf/aAAgBAgEBPxDdR5T/xAAWEAADAAAAAAAAAAAAAAAAAAAAINH/2gAIAQEA\
        AT8QXWss7uJ//9k=
        """

    private func bytes(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }

    @Test("A JPEG is decoded, whatever its colours are sampled by", arguments: gradients.keys.sorted())
    func colours(name: String) throws {
        let bitmap = try JPEGDecoder.decode(bytes(try #require(Self.gradients[name])))
        #expect(bitmap.width == 20 && bitmap.height == 12)
        for y in 0..<12 {
            for x in 0..<20 {
                let pixel = bitmap.rgb[((y * 20 + x) * 3)...].prefix(3).map(Int.init)
                let expected = [x * 12, y * 20, 128]
                // What is sampled in pairs is off by half of a step and what compression takes.
                let worst = zip(pixel, expected).map { abs($0 - $1) }.max() ?? 0
                #expect(worst <= 24, "\(x), \(y): \(pixel)")
            }
        }
    }

    @Test("A gray JPEG is decoded, and one of another kind is refused by its kind")
    func kinds() throws {
        let bitmap = try JPEGDecoder.decode(bytes(Self.gray))
        let pixel = bitmap.rgb.suffix(3)
        #expect(Set(pixel).count == 1)
        // 0.299 × 228 + 0.587 × 220 + 0.114 × 128
        #expect(abs(Int(pixel.last ?? 0) - 212) < 6)
        #expect(throws: UnreadablePicture.self) { try JPEGDecoder.decode(bytes(Self.progressive)) }
        #expect(throws: UnreadablePicture.self) { try JPEGDecoder.decode([]) }
        #expect(throws: UnreadablePicture.self) { try JPEGDecoder.decode(Array("GIF89a".utf8)) }
    }

    @Test("A broken JPEG is a picture or an error, never the end of the program")
    func broken() throws {
        var generator = SystemRandomNumberGenerator()
        for text in Array(Self.gradients.values) + [Self.gray, Self.progressive] {
            let whole = try bytes(text)
            for length in 0..<whole.count { _ = try? JPEGDecoder.decode(Array(whole[..<length])) }
            for _ in 0..<2000 {
                var changed = whole
                for _ in 0..<Int.random(in: 1...4) {
                    changed[Int.random(in: 2..<changed.count)] = UInt8.random(in: 0...255, using: &generator)
                }
                // A head that promises millions of pixels takes its time.
                guard
                    changed[(whole.firstIndex(of: 0xC0) ?? 0)...].prefix(8).dropFirst(4).elementsEqual([0, 12, 0, 20])
                else { continue }
                _ = try? JPEGDecoder.decode(changed)
            }
        }
    }

    @Test("A picture keeps its proportions when it is made smaller, and is never made larger")
    func fitting() {
        var bitmap = Bitmap(width: 40, height: 20)
        bitmap.rgb = (0..<800).flatMap { index -> [UInt8] in [index % 2 == 0 ? 0 : 200, 100, 0] }
        let half = bitmap.fitted(into: (20, 20))
        #expect(half.width == 20 && half.height == 10)
        #expect(Array(half.rgb.prefix(3)) == [100, 100, 0])
        let flat = bitmap.fitted(into: (100, 5))
        #expect(flat.width == 10 && flat.height == 5)
        #expect(bitmap.fitted(into: (100, 100)) == bitmap)
    }

    @Test("The answer of a terminal tells what it knows")
    func answers() {
        #expect(PictureProtocol(answer: Array("\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[?62;4c".utf8)) == .kitty)
        #expect(PictureProtocol(answer: Array("\u{1b}[?62;4;22c".utf8)) == .sixel)
        #expect(PictureProtocol(answer: Array("\u{1b}[?62;22c".utf8)) == nil)
        #expect(PictureProtocol(answer: Array("\u{1b}[?4c".utf8)) == nil)
        #expect(PictureProtocol(answer: Array("q".utf8)) == nil)
        #expect(!PictureProtocol.isComplete(Array("\u{1b}_Gi=31;OK\u{1b}\\".utf8)))
        #expect(PictureProtocol.isComplete(Array("\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[?62c".utf8)))
        for (name, may) in [("xterm-kitty", true), ("screen", true), ("linux", false), ("dumb", false)] {
            #expect(PictureProtocol.mayAsk(["TERM": name]) == may)
        }
        #expect(!PictureProtocol.mayAsk([:]))
    }

    @Test("kitty gets the pixels in Base64, in pieces of 4,096 characters")
    func kitty() throws {
        var bitmap = Bitmap(width: 50, height: 40)
        bitmap.rgb = (0..<6000).map { UInt8($0 % 251) }
        let text = PictureProtocol.kitty.text(for: bitmap)
        let pieces = text.split(separator: "\u{1b}_G").map { $0.split(separator: ";", maxSplits: 1) }
        #expect(pieces.map { String($0[0]) } == ["a=T,f=24,s=50,v=40,q=2,m=1", "m=0"])
        let data = pieces.map { $0[1].prefix { $0 != "\u{1b}" } }.joined()
        #expect(Array(try #require(Data(base64Encoded: data))) == bitmap.rgb)
        for count in 0..<5 {
            let bytes = Array(bitmap.rgb[7..<(7 + count)])
            #expect(Base64.text(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test("Sixels have six rows each, with repetitions counted")
    func sixel() {
        var bitmap = Bitmap(width: 8, height: 7)
        for index in 0..<56 { bitmap.rgb[index * 3] = 255 }
        let text = PictureProtocol.sixel.text(for: bitmap)
        #expect(text.hasPrefix("\u{1b}Pq\"1;1;8;7#0;2;0;0;0#1;2;0;0;20"))
        // Red is the 181st colour; a whole column of six is ~, the first row alone is @.
        #expect(text.hasSuffix("#215;2;100;100;100#180!8~$-#180!8@$-\u{1b}\\\n"))
    }
}
