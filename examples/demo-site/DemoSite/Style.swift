//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The style sheet that all pages share.
enum Style {
    static let sheet = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --line: #c9d1d9; --accent: #0b57d0;
          --soft: #f3f5f8; --bad: #b3261e; --good: #146c2e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #3d444d;
          --accent: #79b0ff; --soft: #161b22; --bad: #ffb4ab; --good: #7ddc93; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        header { border-bottom: 1px solid var(--line); padding: .75rem 1.5rem; }
        nav a { margin-right: 1rem; }
        main { max-width: 44rem; margin: 0 auto; padding: 1.5rem; }
        body.bare main { padding: .5rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; }
        h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; }
        a { color: var(--accent); }
        label { display: inline-block; margin: .5rem .5rem .25rem 0; }
        input, select, textarea, button { font: inherit; color: inherit; background: var(--paper);
          border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
        input[type=checkbox], input[type=radio] { margin-right: .5rem; }
        button { background: var(--soft); cursor: pointer; }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--paper); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; }
        iframe { width: 100%; height: 12rem; border: 1px solid var(--line); border-radius: .5rem; }
        dialog { border: 1px solid var(--line); border-radius: .5rem; color: var(--ink); background: var(--paper); }
        .home { text-align: center; padding-top: 14vh; }
        .home h1 { font-size: 3rem; letter-spacing: -.03em; }
        .search { display: flex; gap: .5rem; }
        .search input { flex: 1; min-width: 0; border-radius: 2rem; padding: .6rem 1.2rem; }
        .field { margin: .75rem 0; }
        .field label { display: block; }
        .field input { width: 100%; max-width: 24rem; }
        .quiet { color: color-mix(in srgb, var(--ink) 65%, transparent); font-size: .9rem; }
        .error { color: var(--bad); font-weight: 600; }
        .row, .toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: .5rem 0; }
        .grow { flex: 1; }
        .plain { list-style: none; padding: 0; }
        .done label { text-decoration: line-through; opacity: .6; }
        .on-hover { visibility: hidden; }
        .row:hover .on-hover, .on-hover:focus { visibility: visible; }
        .unread { font-weight: 600; }
        .card { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; }
        .card h2 { margin-top: 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem; }
        .cards .card { margin: 0; }
        .price { font-weight: 600; }
        [hidden] { display: none !important; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid var(--line); padding: .4rem .5rem; text-align: left; }
        th button { border: 0; padding: 0; background: none; font-weight: 600; }
        td button { padding: .2rem .6rem; }
        .steps { display: flex; gap: 1.5rem; padding-left: 1rem; }
        [aria-current], [role=tab][aria-selected=true] { font-weight: 600; }
        .tabs { display: flex; gap: .25rem; border-bottom: 1px solid var(--line); }
        .tabs button { border-bottom: 0; border-radius: .5rem .5rem 0 0; }
        .accordion h3 { margin: .5rem 0; font-size: 1rem; }
        .editor { border: 1px solid var(--line); border-radius: .5rem; min-height: 4rem; padding: .5rem .75rem; }
        .list, .menu { position: relative; display: inline-block; }
        .popup { position: absolute; z-index: 2; margin: 0; padding: .25rem; min-width: 12rem; list-style: none;
          background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
        [role=option] { padding: .25rem .5rem; cursor: pointer; }
        [role=option][aria-selected=true] { background: var(--soft); font-weight: 600; }
        .menu .popup { display: none; }
        .menu:hover .popup, .menu:focus-within .popup { display: grid; }
        .sticky { position: sticky; top: 0; z-index: 3; margin: 0 -1.5rem; padding: 1rem 1.5rem; height: 7rem;
          background: var(--paper); border-bottom: 1px solid var(--line); }
        .bottom-bar { position: fixed; inset: auto 0 0 0; z-index: 3; padding: 2rem 1.5rem; background: var(--soft); }
        .pinned { position: fixed; right: 1rem; bottom: 1rem; z-index: 3; }
        .overlay { position: fixed; inset: 0; z-index: 9; display: grid; place-items: center; background: #0009; }
        .overlay > div { background: var(--paper); border-radius: .5rem; padding: 1.5rem; max-width: 26rem; }
        .drop { border: 2px dashed var(--line); border-radius: .5rem; padding: 1.5rem; margin: .75rem 0; }
        .slides { animation: slide .8s ease-out; }
        @keyframes slide { from { transform: translateX(16rem); } }
        #status { margin-top: 1rem; padding: .5rem .75rem; border-left: .25rem solid var(--accent);
          background: var(--soft); min-height: 2.5rem; }

        """
}
