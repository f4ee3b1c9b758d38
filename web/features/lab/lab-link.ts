import { type LabCell, type LabParameters, labCells, labFromTexts, labParametersSchema, labToTexts } from "../../../shared/sim/lab/parameters.ts";

/** In a link lists have `/` between, for that stays readable there, and pairs a space. */
const usual = "usual";

/** `members:3/5 seeds:4`; `usual` when nothing differs. */
export function labToLink(parameters: LabParameters): string {
  const pairs = Object.entries(labToTexts(parameters)).map(([name, text]) => `${name}:${text.replaceAll(",", "/")}`);
  return pairs.join(" ") || usual;
}

/** Undefined when there is nothing, or nothing that makes sense. */
export function labFromLink(link: string | undefined): LabParameters | undefined {
  if (link === undefined) return undefined;
  const pairs =
    link === usual
      ? []
      : link.split(" ").map((pair): [string, string] => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1).replaceAll("/", ",")]);
  try {
    return labFromTexts(Object.fromEntries(pairs));
  } catch {
    return undefined;
  }
}

/** One run that is watched. */
export interface WatchedRun {
  readonly cell: LabCell;
  readonly seed: number;
  readonly step: number;
}

/** `raft/5/0.05/20/leaderDies/7`: algorithm, members, loss, delay, trouble, seed; the step stands beside it. */
export function runToLink({ cell, seed }: Pick<WatchedRun, "cell" | "seed">): string {
  return [cell.algorithm, cell.members, cell.loss, cell.delayMs, cell.trouble, seed].join("/");
}

/** Undefined when there is nothing, or nothing that makes sense. */
export function runFromLink(link: string | undefined): Omit<WatchedRun, "step"> | undefined {
  const [algorithm, members, loss, delayMs, trouble, seed] = (link ?? "").split("/");
  const read = labParametersSchema.safeParse({
    algorithms: [algorithm],
    members: [Number(members)],
    loss: [Number(loss)],
    delayMs: [Number(delayMs)],
    troubles: [trouble],
    from: Number(seed),
  });
  const [cell] = read.success ? labCells(read.data) : [];
  return cell === undefined || !read.success ? undefined : { cell, seed: read.data.from };
}
