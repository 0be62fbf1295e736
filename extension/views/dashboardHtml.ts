export interface DashboardPage {
  scriptUri: string;
  styleUri: string;
  /** The origin from which the webview may load, from `webview.cspSource`. */
  cspSource: string;
  nonce: string;
}

/** The page of the dashboard. It may load its own three files and reach nothing over the network. */
export function dashboardHtml({ scriptUri, styleUri, cspSource, nonce }: DashboardPage): string {
  // Styles may be inline: uPlot and the web components place themselves by style attributes.
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'unsafe-inline'`,
    `font-src ${cspSource} data:`,
    `img-src ${cspSource} data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <title>Coxswain</title>
    <link rel="stylesheet" href="${styleUri}">
  </head>
  <body>
    <div id="app" data-transport="vscode"></div>
    <script nonce="${nonce}" src="${scriptUri}"></script>
  </body>
</html>
`;
}
