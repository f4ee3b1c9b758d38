import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import { formatCount, plural } from "../../app/format.ts";
import { agentCaption, agentId, agentTone } from "../../projections/graph-nodes.ts";
import type { TracksItem } from "../../projections/tracks.ts";
import { ruleWords } from "../../projections/tracks-heat.ts";
import { needWords, useAlerts } from "../graph/alerts.ts";
import { useAgentNode } from "../graph/live-model.ts";
import { useDim } from "./dims.ts";
import { GroupRow } from "./GroupRow.tsx";
import classes from "./items.module.css";
import { Lamp } from "./Lamp.tsx";
import { Row, type RowWidths } from "./Row.tsx";

export interface ItemActions {
  /** Opens or closes a group: all its rows stand, however many. */
  toggle(group: string): void;
  /** Shows or folds the quiet ones, everywhere. */
  toggleQuiet(): void;
}

interface ItemProps extends ItemActions {
  readonly item: TracksItem;
  readonly widths: RowWidths;
}

/** One line of a column, whatever it is. Drawn again only when the line says something else. */
export const Item = memo(function Item({ item, widths, toggle, toggleQuiet }: ItemProps) {
  switch (item.kind) {
    case "head":
      return (
        <Head title={item.group} mono hint={ruleWords}>
          {item.opened ? <Toggle label={`Show fewer of ${item.group}`} words="show fewer" opened onClick={() => toggle(item.group)} /> : null}
          {plural(item.sections, "section")} · {plural(item.agents, "agent")}
        </Head>
      );
    case "row":
      return (
        <div className={classes.body}>
          <Row path={item.path} group={item.group} widths={widths} />
        </div>
      );
    case "more":
      return (
        <div className={classes.body}>
          <Toggle
            label={`Show all of ${item.group}`}
            words={`${formatCount(item.counts.rows)} more · ${formatCount(item.counts.held)} held · ${formatCount(item.counts.waitedFor)} waited for`}
            onClick={() => toggle(item.group)}
          />
        </div>
      );
    case "folded":
      return (
        <div className={classes.body}>
          <Toggle
            label={`Show the quiet sections of ${item.group}`}
            words={`${plural(item.sections, "quiet section")} folded`}
            hint="E"
            onClick={toggleQuiet}
          />
        </div>
      );
    case "quiet":
      return (
        <>
          <Head title="quiet">
            <Toggle label="Show the quiet sections" words={`${plural(item.sections, "section")} folded`} hint="E" onClick={toggleQuiet} />
          </Head>
          <div className={classes.body}>
            <p className={classes.quiet}>
              <span className={classes.groups}>{item.groups.join("   ") + (item.more > 0 ? `   +${formatCount(item.more)}` : "")}</span>
              <span className={classes.line} aria-hidden="true" />
            </p>
          </div>
        </>
      );
    case "groupsHead":
      return <Head title="Elections">{plural(item.groups, "group")}</Head>;
    case "group":
      return (
        <div className={classes.body}>
          <GroupRow group={item.group} widths={widths} />
        </div>
      );
    case "agentsHead":
      return <AgentsHead agents={item.agents} opened={item.opened} foldable={item.foldable} toggle={toggle} />;
    case "lamps":
      return (
        <div className={classes.body}>
          <ul className={classes.lamps} style={{ gridTemplateColumns: `repeat(${Math.max(1, item.perRow)}, minmax(0, 1fr))` }}>
            {item.agents.map((agent) => (
              <AgentLamp key={agent} agent={agent} />
            ))}
          </ul>
        </div>
      );
    case "moreAgents":
      return (
        <div className={classes.body}>
          <Toggle
            label="Show all agents"
            words={`${formatCount(item.counts.agents)} more · ${formatCount(item.counts.holding)} holding · ${formatCount(item.counts.waiting)} waiting`}
            onClick={() => toggle("agents")}
          />
        </div>
      );
    case "foot":
      return <div className={classes.foot} />;
  }
});

function Head({
  title,
  mono = false,
  hint,
  children,
}: {
  readonly title: string;
  readonly mono?: boolean;
  readonly hint?: string;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={classes.head}>
      <h3 className={mono ? classes.path : classes.title} title={title}>
        {title}
      </h3>
      <span className={classes.facts} title={hint}>
        {children}
      </span>
    </div>
  );
}

function AgentsHead({
  agents,
  opened,
  foldable,
  toggle,
}: {
  readonly agents: number;
  readonly opened: boolean;
  readonly foldable: boolean;
  toggle(group: string): void;
}) {
  const alerts = useAlerts();
  return (
    <Head title="Agents">
      {opened && foldable ? <Toggle label="Show fewer agents" words="show fewer" opened onClick={() => toggle("agents")} /> : null}
      {formatCount(agents)} here
      {alerts.agents.size > 0 ? <span className={classes.toLookAt}> · {formatCount(alerts.agents.size)} to look at</span> : null}
    </Head>
  );
}

const AgentLamp = memo(function AgentLamp({ agent }: { readonly agent: string }) {
  const node = useAgentNode(agent);
  const alerts = useAlerts();
  const dim = useDim(agentId(agent));
  if (node === undefined) return <li />;
  const need = alerts.agents.get(agent);
  const caption = need === undefined ? agentCaption(node) : needWords[need.kind];
  const tone = agentTone(node, need !== undefined);
  return (
    <li className={classes.agent} data-tone={tone} data-dim={dim || undefined}>
      <Lamp
        agent={agent}
        tone={tone}
        size={30}
        leads={node.leads > 0}
        label={`${agent}, ${caption}${node.session.doing === "" ? "" : `: ${node.session.doing}`}`}
      />
      <span className={classes.caption}>{agent.length > 4 ? <bdi>{agent}</bdi> : caption}</span>
    </li>
  );
});

interface ToggleProps {
  readonly words: string;
  readonly label: string;
  readonly hint?: string;
  readonly opened?: boolean;
  onClick(): void;
}

function Toggle({ words, label, hint, opened = false, onClick }: ToggleProps) {
  return (
    <button type="button" className={classes.toggle} aria-label={`${words}. ${label}`} aria-expanded={opened} onClick={onClick}>
      {opened ? <IconChevronDown size={13} stroke={1.75} aria-hidden="true" /> : <IconChevronRight size={13} stroke={1.75} aria-hidden="true" />}
      {words}
      {hint === undefined ? null : <kbd className={classes.key}>{hint}</kbd>}
    </button>
  );
}
