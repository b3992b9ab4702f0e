//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension LogView {
    /// What shows pictures; `nil` where nobody wants them, or the terminal shows none.
    func pictures() async throws -> PictureView? {
        guard wantsPictures else { return nil }
        let api = AgentAPIClient(client: client, endpoints: endpoints, policy: policy.once)
        let pictures = try await PictureView.find(in: context, api: api)
        if pictures == nil { await notify("this terminal does not say that it shows pictures, so none are shown") }
        return pictures
    }

    func show(_ received: ReceivedEvent, _ pictures: PictureView) async throws {
        guard case .screenshot(let record, _) = received.event, let path = record.url, path.hasPrefix("/") else {
            return
        }
        do {
            try await write(try await pictures.text(ofPictureAt: path))
        } catch let failure as CommandFailure {
            await notify("no picture of step \(record.step ?? 0): \(failure.message)")
        } catch let error as UnreadablePicture {
            await notify("the picture of step \(record.step ?? 0) is not shown: \(error)")
        }
    }
}
