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
        #status { margin-top: 1rem; padding: .5rem .75rem; border-left: .25rem solid var(--accent);
          background: var(--soft); min-height: 2.5rem; }

        """
}
