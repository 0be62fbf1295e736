/** What the report may do: show itself. It loads nothing, runs nothing and reaches nothing. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The report's page with its policy before everything else that it says. */
export function evaluationPage(html: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (head === null) return `<!doctype html><html lang="en"><head>${meta}</head><body>${html}</body></html>`;
  const at = head.index + head[0].length;
  // A script before the head would run before the policy is known.
  return `<!doctype html><html lang="en"><head${head[1] ?? ''}>${meta}${html.slice(at)}`;
}
