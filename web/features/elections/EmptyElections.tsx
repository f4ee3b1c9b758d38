import { Copyable } from "../../components/Copyable.tsx";
import { useWorld } from "../../stores/world.ts";
import classes from "./Elections.module.css";

/** How an agent of one's own campaigns, for exactly this server and space. */
function firstLeader(url: string, space: string): string {
  return [
    'import { connect } from "./shared/client/index.ts";',
    "",
    `const box = await connect({ url: "${url}", agent: "w1"${space === "main" ? "" : `, space: "${space}"`} });`,
    'const candidacy = await box.campaign("roles/merger", { value: "w1 merges" });',
    "const leadership = await candidacy.elected();",
    "// The term is the fence of all that it writes:",
    'console.log("w1 leads in term", leadership.term);',
    "// Your work, until leadership.signal aborts:",
    "await new Promise((done) => setTimeout(done, 30_000));",
    "await candidacy.resign();",
    "await box.leave();",
  ].join("\n");
}

/** Nobody campaigns: what to do about it, ready to copy. */
export function EmptyElections() {
  const space = useWorld((world) => world.space);
  return (
    <section className={classes.empty} aria-label="Let the first agent campaign">
      <h3>Nobody campaigns anywhere yet</h3>
      <p>
        One agent at a time leads a group. Save this as <code className="sb-mono">first-leader.ts</code> in the project's folder and run it with{" "}
        <code className="sb-mono">npx tsx first-leader.ts</code>:
      </p>
      <Copyable text={firstLeader(location.origin, space)} what="the program" />
      <p>
        Run it twice, with another name in <code className="sb-mono">agent</code>: the second one stands by, and leads as soon as the first goes.
      </p>
    </section>
  );
}
