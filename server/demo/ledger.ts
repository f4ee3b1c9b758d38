/**
 * Every edit of the demo leaves one line at the end of the file it edits, so that git itself can tell whether an edit
 * survived: `// edit w3-12`, newest last. A file keeps the newest few, so files do not grow.
 */

const mark = "// edit ";
/** Edits that a file remembers. */
export const editsKept = 20;

/** The ids of the edits in a file, oldest first. */
export function editsIn(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(mark.length));
}

/** The file with one edit more. */
export function withEdit(text: string, id: string): string {
  const lines = text.trimEnd().split("\n");
  const body = lines.filter((line) => !line.startsWith(mark));
  const edits = [...editsIn(text), id].slice(-editsKept);
  return `${[...body, ...edits.map((edit) => mark + edit)].join("\n")}\n`;
}

/**
 * Edits that a change of a file took away: all that are gone, but for the oldest that had to make room. Whoever wrote the
 * newer text had not seen them.
 */
export function overwritten(before: string, after: string): string[] {
  const old = editsIn(before);
  const kept = new Set(editsIn(after));
  const added = [...kept].filter((id) => !old.includes(id)).length;
  const outgrown = new Set(old.slice(0, Math.max(0, old.length + added - editsKept)));
  return old.filter((id) => !kept.has(id) && !outgrown.has(id));
}
