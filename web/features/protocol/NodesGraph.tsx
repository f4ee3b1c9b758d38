import { useId } from "react";
import { type NodesPicture, nodesWords, type PictureNode } from "../../projections/nodes-view.ts";
import classes from "./NodesGraph.module.css";

interface NodesGraphProps {
  readonly picture: NodesPicture;
  readonly selected?: string | undefined;
  onSelect?(agent: string): void;
}

/** Nodes of one protocol: lamps in a ring, their timers as rings that close, votes as lines, messages as dots between them. */
export function NodesGraph({ picture, selected, onSelect }: NodesGraphProps) {
  const id = useId();
  const { side, nodes, edges, dots } = picture;
  return (
    <svg className={classes.graph} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={nodesWords(nodes)}>
      <defs>
        <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse">
          <path className={classes.tip} d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      {edges.map(({ key, kind, from, to }) => (
        <line
          key={key}
          className={classes.edge}
          data-kind={kind}
          x1={from.x}
          y1={from.y}
          x2={to.x}
          y2={to.y}
          markerEnd={kind === "vote" ? `url(#${id})` : undefined}
        />
      ))}
      {dots.map(({ key, kind, lost, x, y }) =>
        lost ? (
          <path key={key} className={classes.lost} d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`}>
            <title>{`${kind}, lost`}</title>
          </path>
        ) : (
          <circle key={key} className={classes.dot} cx={x} cy={y} r="3.5">
            <title>{kind}</title>
          </circle>
        ),
      )}
      {nodes.map((node) => (
        <Lamp key={node.agent} node={node} picture={picture} selected={node.agent === selected} {...(onSelect === undefined ? {} : { onSelect })} />
      ))}
    </svg>
  );
}

interface LampProps {
  readonly node: PictureNode;
  readonly picture: NodesPicture;
  readonly selected: boolean;
  onSelect?(agent: string): void;
}

function Lamp({ node, picture, selected, onSelect }: LampProps) {
  const { lampRadius, named } = picture;
  const { agent, state, term, timerShare, words, x, y } = node;
  const ring = lampRadius + 4;
  const around = 2 * Math.PI * ring;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the table beside the picture has the keys.
    <g className={classes.node} data-state={state} data-selected={selected || undefined} transform={`translate(${x} ${y})`} onClick={() => onSelect?.(agent)}>
      <title>{words}</title>
      {timerShare === undefined ? null : (
        <circle className={classes.timer} r={ring} strokeDasharray={`${around * timerShare} ${around}`} transform="rotate(-90)" />
      )}
      <circle className={classes.lamp} r={lampRadius} />
      {state === "leader" ? <circle className={classes.inner} r={lampRadius - 4} /> : null}
      {state === "down" ? <path className={classes.cross} d={`M${-lampRadius / 2} ${-lampRadius / 2}L${lampRadius / 2} ${lampRadius / 2}`} /> : null}
      {named ? (
        <>
          <text className={classes.name} dy="0.35em">
            {agent}
          </text>
          <text className={classes.under} y={lampRadius + 18}>
            {state === "follower" || state === "down" ? "" : state === "preCandidate" ? "pre-vote " : `${state} `}
            {state === "down" ? "down" : `t${term}`}
          </text>
        </>
      ) : null}
    </g>
  );
}
