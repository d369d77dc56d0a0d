// The two sides of a unified diff, for the editor's own diff view. They are made of the diff alone, in which
// the helper has masked secrets: what lies between its hunks is not shown.

/** Both sides. */
export interface Sides {
  before: string;
  after: string;
}

/** The sides of a diff. A line between hunks stands for those left out; `comment` makes it one. */
export function sides(diff: string, comment: (words: string) => string): Sides {
  const before: string[] = [];
  const after: string[] = [];
  let [next, hunk] = [1, false];
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const unended = { before: false, after: false };
  let last = " ";
  for (const line of lines) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/.exec(line);
    if (head) {
      const [start, count] = [Number(head[1]), Number(head[2] ?? 1)];
      const first = count === 0 ? start + 1 : start;
      if (first > next) {
        const left = first - next;
        const words = comment(`${left} ${left === 1 ? "line" : "lines"} not shown`);
        before.push(words);
        after.push(words);
      }
      next = first + count;
      hunk = true;
      continue;
    }
    if (!hunk) continue;
    const text = line.slice(1).replace(/\r$/, "");
    switch (line[0]) {
      case "-":
        before.push(text);
        break;
      case "+":
        after.push(text);
        break;
      case "\\":
        if (last !== "+") unended.before = true;
        if (last !== "-") unended.after = true;
        break;
      default:
        before.push(text);
        after.push(text);
    }
    last = line[0] ?? " ";
  }
  const ended = (side: string[], open: boolean) =>
    side.length === 0 ? "" : side.join("\n") + (open ? "" : "\n");
  return { before: ended(before, unended.before), after: ended(after, unended.after) };
}

/** A line between hunks in a file of this name. */
export function commentOf(path: string): (words: string) => string {
  if (/\.(xml|iml)$/i.test(path)) return (words) => `<!-- ⋯ ${words} -->`;
  if (/\.(toml|ya?ml)$/i.test(path)) return (words) => `# ⋯ ${words}`;
  return (words) => `// ⋯ ${words}`;
}
