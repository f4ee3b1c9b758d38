import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { raft } from "../../shared/agents/election/raft/index.ts";
import { type Box, type Observation, type RunningNode, SignalboxError } from "../../shared/client/index.ts";
import { fileNodeStore } from "../../shared/client/protocol/file-store.ts";

/**
 * Some of the fleet keep a log of what was released, by Raft among themselves: the server only carries their messages. Each has
 * the whole log in a file of its own, and the files agree whoever of them is killed.
 */
export const releaseGroup = "demo/releases";

/** Once a second is enough to be seen, and little enough for a demo that runs for weeks. */
const demoTimes = { heartbeatMs: 1_000, electionMs: 4_000 };
const snapshotAfter = 100;
const releasesKept = 50;

export interface ReleaseDesk {
  readonly box: Box;
  /** Who keeps the log, this agent among them. */
  readonly members: readonly string[];
  /** Files of this node begin so: `.txt` is the log, `.json` what the node must not forget. */
  readonly path: string;
  /** Who merges, and what it told of it last. */
  readonly merger: Observation;
  /** Raft's, in ms; the same for all members. */
  readonly times?: { readonly heartbeatMs: number; readonly electionMs: number };
}

/** Keeps the log until it is stopped. Whoever leads the group writes down what the merger proclaims. */
export async function keepReleaseLog({ box, members, path, merger, times = demoTimes }: ReleaseDesk, log: (line: string) => void): Promise<RunningNode> {
  let releases: readonly string[] = [];
  const keep = async (next: readonly string[]): Promise<void> => {
    releases = next;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.txt`, `${releases.join("\n")}\n`);
  };
  const node = await box.run(raft, {
    group: releaseGroup,
    config: { id: box.agent, members, ...times, snapshotAfter, fold: { initial: "", next: (state, value) => withRelease(linesOf(state), value).join("\n") } },
    store: fileNodeStore(`${path}.json`),
    apply: (_, value) => keep(withRelease(releases, value)),
    restore: (_, state) => keep(linesOf(state)),
  });
  merger.onChange(async (leader) => {
    const release = leader?.value ?? "";
    if (node.view.role !== "leader" || release === "" || releases.at(-1) === release) return;
    try {
      await node.propose(release);
    } catch (error) {
      // It leads no more, or a majority is not here: whoever leads next writes down what comes next.
      log(`release log: ${error instanceof SignalboxError ? error.message : String(error)}`);
    }
  });
  return node;
}

/** The newest few, oldest first. What was written down twice, by two leaders one after the other, counts once. */
export function withRelease(releases: readonly string[], release: string): readonly string[] {
  return releases.includes(release) ? releases : [...releases, release].slice(-releasesKept);
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
