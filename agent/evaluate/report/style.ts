/**
 * The page's styles. Colours are those of VS Code where it shows the page, else they follow the reader's preference;
 * of the arms those of Okabe and Ito, which colour-blind people tell apart. VS Code's theme, which it writes into the
 * class of the body, may be dark where the system's is light.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --text: var(--vscode-foreground, #1f2328);
  --faint: var(--vscode-descriptionForeground, #59636e);
  --back: var(--vscode-editor-background, #ffffff);
  --line: var(--vscode-widget-border, #d1d9e0);
  --comparison: #8c959f;
  --rule: #0072b2;
  --learned: #d55e00;
  --bound: #009e73;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: var(--vscode-foreground, #e6edf3);
    --faint: var(--vscode-descriptionForeground, #9198a1);
    --back: var(--vscode-editor-background, #0d1117);
    --line: var(--vscode-widget-border, #3d444d);
    --rule: #56b4e9;
    --learned: #e69f00;
  }
}
body.vscode-light, body.vscode-high-contrast-light { color-scheme: light; --rule: #0072b2; --learned: #d55e00; }
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) {
  color-scheme: dark;
  --rule: #56b4e9;
  --learned: #e69f00;
}
body {
  margin: 0 auto;
  max-width: 76rem;
  padding: 1rem 1.5rem 3rem;
  background: var(--back);
  color: var(--text);
  font: 14px/1.5 var(--vscode-font-family, system-ui, sans-serif);
}
h1 { font-size: 1.6rem; }
h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.verdict { border-left: 4px solid var(--rule); padding: 0.2rem 1rem; font-size: 1.05rem; }
.note { color: var(--faint); max-width: 60rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.6rem; text-align: right; white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; white-space: normal; }
th:first-child { text-align: left; }
th[scope='row'] { font-weight: 400; white-space: nowrap; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; margin-bottom: 0.3rem; }
.pair { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
svg { width: 100%; max-width: 720px; height: auto; display: block; }
.square svg { max-width: 320px; }
svg text { fill: var(--text); font-size: 12px; font-family: inherit; }
svg text.axis { fill: var(--faint); font-size: 11px; }
svg text.heading { font-weight: 600; }
.grid { stroke: var(--line); stroke-width: 1; }
.limit { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 5 4; }
.whisker { stroke: var(--text); stroke-width: 1.5; fill: none; }
.comparison { fill: var(--comparison); }
.rule { fill: var(--rule); }
.learned { fill: var(--learned); }
.bound { fill: var(--bound); }
pre { background: color-mix(in srgb, var(--line) 30%, transparent); padding: 0.8rem; overflow-x: auto; }
.line.comparison { fill: none; stroke: var(--comparison); }
.line.rule { fill: none; stroke: var(--rule); }
.line.learned { fill: none; stroke: var(--learned); }
.line.bound { fill: none; stroke: var(--bound); }
.key { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 0.3em 0 1em; }
.key.comparison { background: var(--comparison); }
.key.rule { background: var(--rule); }
.key.learned { background: var(--learned); }
.key.bound { background: var(--bound); }
`;
