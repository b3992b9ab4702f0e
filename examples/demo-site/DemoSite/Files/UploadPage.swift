//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore

/// Fields for one file and for several, and a button behind which the field is hidden. What is sent is counted and
/// forgotten.
enum UploadPage {
    private static let largest = 8 << 20

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("upload") { _, _ in Self.page }
        router.post("upload") { request, _ in
            let body = try await request.body.collect(upTo: Self.largest)
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"bytes":\#(body.readableBytes)}"#))
            )
        }
    }

    private static let page = Page(
        title: "Application",
        content: #"""
            <h1>Application</h1>
            <div class="field"><label for="cv">Curriculum vitae</label><input type="file" id="cv" accept=".txt,.pdf"></div>
            <div class="field"><label for="papers">Certificates</label><input type="file" id="papers" multiple></div>
            <div class="field"><input type="file" id="photo" hidden accept="image/*">
            <button id="choose" type="button">Choose a photo</button> <span id="photo-name" class="quiet">None</span></div>
            <div id="drop" class="drop" tabindex="0">Drop files here</div>
            <button id="send" class="primary" disabled>Send application</button>
            <p id="status" role="status">Nothing chosen</p>
            """#,
        script: Page.keep + #"""

            const byId = (id) => document.getElementById(id);
            const state = { cv: [], papers: [], photo: [], dropped: [], sent: null };
            const list = (files) => [...files].map(({ name, size }) => ({ name, size }));
            function draw() {
              state.cv = list(byId("cv").files);
              state.papers = list(byId("papers").files);
              state.photo = list(byId("photo").files);
              const all = [...state.cv, ...state.papers, ...state.photo, ...state.dropped];
              byId("photo-name").textContent = state.photo[0]?.name ?? "None";
              byId("send").disabled = all.length === 0;
              byId("status").textContent = state.sent !== null ? `Sent ${state.sent.count} files, ${state.sent.bytes} bytes`
                : all.length ? all.map(({ name, size }) => `${name} (${size} bytes)`).join(", ") : "Nothing chosen";
              keep(state);
            }
            for (const id of ["cv", "papers", "photo"]) byId(id).addEventListener("change", draw);
            byId("choose").addEventListener("click", () => byId("photo").click());
            byId("drop").addEventListener("dragover", (event) => event.preventDefault());
            byId("drop").addEventListener("drop", (event) => {
              event.preventDefault();
              state.dropped = list(event.dataTransfer.files);
              draw();
            });
            byId("send").addEventListener("click", async () => {
              const files = [...byId("cv").files, ...byId("papers").files, ...byId("photo").files];
              const answer = await fetch("/upload", { method: "POST", body: new Blob(files) });
              state.sent = { count: files.length, bytes: (await answer.json()).bytes };
              draw();
            });
            draw();
            """#
    )
}
