// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

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
  // Observing it again reports its visibility, even if it was out of sight for less than a frame.
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
