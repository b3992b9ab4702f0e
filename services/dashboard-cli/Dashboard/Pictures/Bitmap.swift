//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A picture as pixels.
struct Bitmap: Equatable, Sendable {
    let width: Int
    let height: Int

    /// Red, green and blue of each pixel, row by row from the top.
    var rgb: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rgb = Array(repeating: 0, count: width * height * 3)
    }

    /// The picture in the same proportions, no larger than a size: each pixel is the mean of those that it stands for.
    func fitted(into size: (width: Int, height: Int)) -> Bitmap {
        guard width > size.width || height > size.height, size.width > 0, size.height > 0 else { return self }
        let isWide = width * size.height > height * size.width
        let newWidth = isWide ? size.width : max(1, width * size.height / height)
        let newHeight = isWide ? max(1, height * size.width / width) : size.height
        var result = Bitmap(width: newWidth, height: newHeight)
        for y in 0..<newHeight {
            let rows = (y * height / newHeight)..<max(y * height / newHeight + 1, (y + 1) * height / newHeight)
            for x in 0..<newWidth {
                let columns = (x * width / newWidth)..<max(x * width / newWidth + 1, (x + 1) * width / newWidth)
                var sum = (0, 0, 0)
                for row in rows {
                    for column in columns {
                        let index = (row * width + column) * 3
                        sum.0 += Int(rgb[index])
                        sum.1 += Int(rgb[index + 1])
                        sum.2 += Int(rgb[index + 2])
                    }
                }
                let count = rows.count * columns.count
                let index = (y * newWidth + x) * 3
                result.rgb[index] = UInt8(sum.0 / count)
                result.rgb[index + 1] = UInt8(sum.1 / count)
                result.rgb[index + 2] = UInt8(sum.2 / count)
            }
        }
        return result
    }
}
