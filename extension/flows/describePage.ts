/** Heading and first sentence of a page of the documentation, as plain text. */
export function describePage(markdown: string): { label: string; detail: string } {
  const [heading = '', opening = ''] = markdown.split(/\n\s*\n/);
  const [sentence = ''] = plain(opening).split(/(?<=\.)\s/);
  return { label: heading.replace(/^#\s*/, '').trim(), detail: sentence };
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
