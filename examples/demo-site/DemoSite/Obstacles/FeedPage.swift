//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore

/// Posts that go on as one scrolls, ten at a time, each with a button to like it. There are 60.
enum FeedPage {
    private static let total = 60

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("feed") { _, _ in Self.page }
        router.get("feed/posts") { request, _ in
            let from = max(1, FormFields(queryOf: request)["from"].flatMap { Int($0) } ?? 1)
            try await Task.sleep(for: .milliseconds(150))
            let numbers = from <= Self.total ? Array(from...min(Self.total, from + 9)) : []
            let posts = numbers.map { #"{"number":\#($0),"author":"\#(Self.authors[$0 % Self.authors.count])"}"# }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "[\(posts.joined(separator: ","))]"))
            )
        }
    }

    private static let authors = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances"]

    private static let page = Page(
        title: "Feed",
        content: """
            <h1>Feed</h1>
            <div id="posts" role="feed" aria-busy="false"></div>
            <p id="end" class="quiet">Loading more…</p>
            <p id="status" role="status" class="pinned">No likes</p>
            """,
        script: Page.keep + #"""

            const state = { loaded: 0, liked: [], complete: false };
            const posts = document.getElementById("posts");
            const end = document.getElementById("end");
            async function load() {
              if (posts.ariaBusy === "true" || state.complete) return;
              posts.ariaBusy = "true";
              const next = await (await fetch(`/feed/posts?from=${state.loaded + 1}`)).json();
              for (const { number, author } of next) {
                const post = document.createElement("article");
                post.className = "card";
                post.innerHTML = `<h2>Post ${number}</h2><p>${author} has something to say, for the ${number}th time.</p>
                  <button aria-pressed="false">Like</button> <button>Share</button>`;
                const like = post.querySelector("button");
                like.addEventListener("click", () => {
                  const at = state.liked.indexOf(number);
                  if (at < 0) state.liked.push(number); else state.liked.splice(at, 1);
                  like.ariaPressed = String(at < 0);
                  show();
                });
                posts.append(post);
              }
              state.loaded += next.length;
              state.complete = next.length < 10;
              posts.ariaBusy = "false";
              if (state.complete) end.textContent = "That was all";
              show();
              // Observed anew, it is told again where the end is, also if it was out of sight for less than a frame.
              observer.unobserve(end);
              observer.observe(end);
            }
            function show() {
              document.getElementById("status").textContent = state.liked.length ? `Liked: ${state.liked.join(", ")}` : "No likes";
              keep(state);
            }
            const observer = new IntersectionObserver((entries) => { if (entries.at(-1).isIntersecting) load(); });
            observer.observe(end);
            show();
            """#
    )
}
