import type { Finding, FindingKind, JudgedCounts } from "../../../shared/model/index.ts";
import { muteOf } from "../../../shared/state/index.ts";
import { plural } from "../../app/format.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { Name } from "../../components/Names.tsx";
import { None, Part, ScrollView } from "../../components/Parts.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { findingKinds, findingTitle } from "../../projections/finding-words.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";
import { useAttention } from "../attention/attention-store.ts";
import { NeedList } from "../attention/NeedList.tsx";
import { PastDeadlocks } from "../deadlocks/PastDeadlocks.tsx";
import classes from "./Findings.module.css";
import { openJudge, openUnmute } from "./finding-acts.ts";
import { Orders } from "./Orders.tsx";
import { PastFindings } from "./PastFindings.tsx";

/** The feed: what needs a person and why, deadlocks that could come, those that came, and what was muted. */
export default function FindingsView() {
  const state = useWorld((world) => world.state);
  useSettledPosition(500);
  const needs = useAttention();
  if (state === null) return null;
  const findings = [...state.findings.values()];
  const orders = findings.filter(({ kind }) => kind === "lockOrder");
  const open = orders.filter((found) => found.judged?.verdict !== "notAnIssue" && muteOf(state, found) === undefined);
  const quiet = findings.filter((found) => found.judged?.verdict === "notAnIssue" || muteOf(state, found) !== undefined);
  const mutes = [...state.mutes.values()];
  return (
    <>
      <ViewHead
        title="Findings"
        counts={`${needs.length === 0 ? "nothing needs you" : plural(needs.length, "thing needs you", "things need you")} · ${plural(open.length, "potential deadlock")}`}
      />
      <ScrollView label="Findings">
        <Part title="What needs you">
          <NeedList needs={needs} />
        </Part>
        <Part title="Potential deadlocks">
          {open.length === 0 ? <None>No two orders of locking that were seen or announced cross.</None> : null}
          <div className={classes.cards}>
            {open.map((found) => (
              <Potential key={found.finding} found={found} />
            ))}
          </div>
        </Part>
        <PastDeadlocks atMost={12} />
        <PastFindings atMost={12} />
        {quiet.length > 0 ? (
          <Part title="Quiet: not an issue, or muted">
            <ul className={classes.quiet}>
              {quiet.map((found) => (
                <li key={found.finding}>
                  <Name kind="finding" id={found.finding} label={findingTitle(found)} />
                </li>
              ))}
            </ul>
          </Part>
        ) : null}
        {mutes.length > 0 ? (
          <Part title="Muted">
            <ul className={classes.quiet}>
              {mutes.map(({ kind, pattern, by, reason }) => (
                <li key={`${kind} ${pattern}`}>
                  <span>
                    {findingKinds[kind].label} in <span className="sb-mono">{pattern}</span>, by {by}: {reason}
                  </span>
                  <ActButton size="compact-xs" variant="default" onClick={() => openUnmute(kind, pattern)}>
                    Unmute…
                  </ActButton>
                </li>
              ))}
            </ul>
          </Part>
        ) : null}
        <Counts judged={state.judged} />
      </ScrollView>
    </>
  );
}

function Potential({ found }: { found: Finding }) {
  return (
    <article className={classes.card}>
      <Name kind="finding" id={found.finding} label={found.resources.slice(0, 3).join(" and ")} />
      <Orders orders={found.orders ?? []} />
      {found.plan === undefined ? null : <p>{found.plan.why}</p>}
      <div className={classes.buttons}>
        <ActButton size="compact-xs" variant="default" onClick={() => openJudge(found, "agree")}>
          It is right…
        </ActButton>
        <ActButton size="compact-xs" variant="default" onClick={() => openJudge(found, "notAnIssue")}>
          Not an issue…
        </ActButton>
      </div>
    </article>
  );
}

/** How well each detector does, by what people said. */
function Counts({ judged }: { judged: JudgedCounts }) {
  const kinds = (Object.keys(judged) as FindingKind[]).filter((kind) => judged[kind] !== undefined);
  if (kinds.length === 0) return null;
  return (
    <Part title="How often people agreed">
      <ul className={classes.quiet}>
        {kinds.map((kind) => {
          const { agree = 0, notAnIssue = 0 } = judged[kind] ?? {};
          return (
            <li key={kind}>
              {findingKinds[kind].label}: {agree} of {agree + notAnIssue}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
