import type { State } from "../../../shared/state/index.ts";
import { chainOf } from "../../projections/wait-chain.ts";
import inspector from "../inspector/Inspector.module.css";
import { Line, Lines, Section } from "../inspector/parts.tsx";
import { LinkWords } from "./LinkWords.tsx";
import { RootWords } from "./RootWords.tsx";
import { ShowInGraph } from "./ShowInGraph.tsx";

const linksShown = 14;
const rootsShown = 4;

/** The chain from one session down to the roots, in words, and what would free it, each with what that would do. */
export function WhyWaiting({ state, session, heading = "Why is it waiting?" }: { state: State; session: string; heading?: string }) {
  const { links, roots, cut } = chainOf(state, session);
  if (links.length + roots.length === 0) return null;
  const shown = links.slice(0, linksShown);
  return (
    <>
      <Section heading={heading}>
        <Lines>
          {shown.map(({ id, depth, ...link }) => (
            <Line key={id} lamp="wait" indent={Math.min(depth, 6)}>
              <LinkWords {...link} />
            </Line>
          ))}
        </Lines>
        <ShowInGraph what="the chain" />
        {cut || links.length > shown.length ? <p className={inspector.calm}>and further: the chain is longer than can be read here</p> : null}
      </Section>
      {roots.length > 0 ? (
        <Section heading="What would free it">
          {roots.slice(0, rootsShown).map((root) => (
            <RootWords
              key={JSON.stringify([root.kind, "agent" in root ? root.agent : "", "resource" in root ? root.resource : ""])}
              root={root}
              state={state}
            />
          ))}
          {roots.length > rootsShown ? <p className={inspector.calm}>and {roots.length - rootsShown} more that each would have to go</p> : null}
        </Section>
      ) : null}
    </>
  );
}
