import type { State } from "../../../shared/state/index.ts";
import { Copyable } from "../../components/Copyable.tsx";
import { useWorld, useWorldValue } from "../../stores/world.ts";
import classes from "./EmptySpace.module.css";

/** How an agent of one's own gets in, for exactly this server and space. */
function firstAgent(url: string, space: string): string {
  return [
    'import { connect } from "./shared/client/index.ts";',
    "",
    `const box = await connect({ url: "${url}", agent: "w1"${space === "main" ? "" : `, space: "${space}"`} });`,
    "{",
    '  await using lock = await box.lock("repo/src", { reason: "My first edit" });',
    '  await box.declare({ state: "working", doing: "edits repo/src" });',
    "  await new Promise((done) => setTimeout(done, 30_000)); // your work: write with lock.fence",
    "}",
    "await box.leave();",
  ].join("\n");
}

const runIt = "npx tsx first-agent.ts";

const wasUsed = (state: State | null): boolean => state !== null && state.lastFence !== "0";

/** Nobody is here: what to do about it, ready to copy. */
export function EmptySpace() {
  const space = useWorld((world) => world.space);
  const used = useWorldValue(wasUsed);
  return (
    <section className={classes.empty} aria-label="Connect the first agent">
      <div className={classes.inner}>
        <h2 className={classes.title}>{used ? "No agent is here now" : "No agent is here yet"}</h2>
        <p className={classes.lead}>
          Space <b>{space}</b> is live and waits for {used ? "the next" : "its first"} agent. It will show here the moment it connects.
        </p>
        <ol className={classes.steps}>
          <li>
            In the project's folder, save this as <code className="sb-mono">first-agent.ts</code>:
            <Copyable text={firstAgent(location.origin, space)} what="the program" />
          </li>
          <li>
            Run it:
            <Copyable text={runIt} what="the command" />
          </li>
        </ol>
        <p className={classes.lead}>
          Run it twice, with another name in <code className="sb-mono">agent</code>, and the second one waits for the first.
        </p>
      </div>
    </section>
  );
}
