/** Stylesheets are imported for esbuild, which writes them to webview.css. */
declare module '*.css';

/** Given by VS Code to its webviews; may be called once. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};
