import { posix } from 'node:path';

/** Whether it is a picture, what it shows, where it leads, and its anchor. */
const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s#]*)(#[^)\s]*)?\)/g;

/**
 * A page of Markdown as it is at another place, where not every file is: links to those that are lead there from it,
 * links to others are their text alone, and pictures that are missing are left out.
 * @param {string} text
 * @param {{ page: string; as?: string; files: ReadonlySet<string> }} places the page's own path, the path that it gets,
 *   and those of all files that can be linked to; with slashes
 * @returns {string}
 */
export function relink(text, { page, as = page, files }) {
  return text.replaceAll(LINK, (link, picture, shown, path, anchor = '') => {
    if (path === '' || /^[a-z]+:/.test(path)) return link;
    const target = posix.join(posix.dirname(page), path);
    if (files.has(target))
      return `${picture}[${shown}](${posix.relative(posix.dirname(as), target)}${anchor})`;
    return picture === '' ? shown : '';
  });
}
