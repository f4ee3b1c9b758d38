import { Chip, Group, NumberInput, Text } from "@mantine/core";
import { type PointerEvent, useRef, useState } from "react";
import { PreviewForm, type Problem } from "../../components/PreviewForm.tsx";
import { openAct } from "../acts/act-store.ts";
import { commandOf, newDraft } from "../faults/fault-draft.ts";
import { cutRing, type Point, placeOnRing } from "./ring-cut.ts";
import classes from "./SplitForm.module.css";

const size = 260;
const centre = size / 2;
const radius = 96;

/** Draw a line between the members: those on its one side hear nothing of those on its other side. By key, tick who is apart. */
export function SplitForm({ group, members, close }: { group: string; members: readonly string[]; close(): void }) {
  const [apart, setApart] = useState<readonly string[]>([]);
  const [line, setLine] = useState<readonly [Point, Point]>();
  const [lasts, setLasts] = useState<number | string>(30);
  const [problem, setProblem] = useState<Problem>();
  const drawing = useRef(false);
  const places = members.map((agent, index) => ({ agent, ...placeOnRing(index, members.length, centre, radius) }));
  const rest = members.filter((agent) => !apart.includes(agent));

  const begin = (event: PointerEvent<SVGSVGElement>) => {
    drawing.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pointIn(event);
    setLine([at, at]);
  };
  const draw = (event: PointerEvent<SVGSVGElement>) => {
    if (!drawing.current || line === undefined) return;
    const cut = [line[0], pointIn(event)] as const;
    setLine(cut);
    setProblem(undefined);
    setApart(cutRing(places, cut[0], cut[1]));
  };
  const submit = () => {
    if (apart.length === 0 || rest.length === 0) return setProblem({ field: "apart", message: "Somebody has to be on each side." });
    const made = commandOf({ ...newDraft({ kind: "cutPair", target: apart.join(","), peer: rest.join(",") }), lasts });
    if ("problem" in made) return setProblem(made.problem);
    close();
    openAct({
      type: "ready",
      act: made.act,
      words: {
        title: `Split ${group}`,
        meaning: `${apart.join(", ")} and ${rest.join(", ")} hear nothing of each other for ${lasts} s. All of them still reach the server. It heals by itself.`,
        confirm: "Split it",
        done: "The group is split.",
        harmful: true,
        calm: "Nobody loses anything at once: what follows comes of the split itself.",
      },
    });
  };

  return (
    <PreviewForm title={`Split ${group}`} note="Draw a line between them, or tick who is apart." submit={submit} close={close}>
      <svg
        className={classes.ring}
        width={size}
        height={size}
        viewBox={`0 0 ${size} ${size}`}
        aria-hidden
        onPointerDown={begin}
        onPointerMove={draw}
        onPointerUp={() => {
          drawing.current = false;
        }}
      >
        <circle cx={centre} cy={centre} r={radius} className={classes.orbit} />
        {places.map(({ agent, x, y }) => (
          <g key={agent} className={classes.member} data-apart={apart.includes(agent) || undefined}>
            <circle cx={x} cy={y} r={members.length > 16 ? 8 : 15} />
            {members.length > 16 ? null : (
              <text x={x} y={y + 4} textAnchor="middle">
                {agent.slice(-4)}
              </text>
            )}
          </g>
        ))}
        {line === undefined ? null : <line className={classes.line} x1={line[0].x} y1={line[0].y} x2={line[1].x} y2={line[1].y} />}
      </svg>
      <Chip.Group
        multiple
        value={[...apart]}
        onChange={(agents) => {
          setLine(undefined);
          setProblem(undefined);
          setApart(agents);
        }}
      >
        <Group gap={6} role="group" aria-label="Who is apart">
          {members.map((agent) => (
            <Chip key={agent} size="xs" value={agent}>
              {agent}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Text size="sm" role="status">
        {apart.length === 0 || rest.length === 0 ? "Nobody is cut off from anybody yet." : `${apart.join(", ")}  |  ${rest.join(", ")}`}
      </Text>
      {problem === undefined ? null : (
        <Text size="sm" c="var(--sb-alert-text)" role="alert">
          {problem.message}
        </Text>
      )}
      <NumberInput label="Lasts, seconds" min={0.1} max={600} value={lasts} onChange={setLasts} />
    </PreviewForm>
  );
}

function pointIn(event: PointerEvent<SVGSVGElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
