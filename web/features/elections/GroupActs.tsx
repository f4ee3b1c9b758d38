import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import type { Election } from "../../../shared/model/index.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { candidateOrder, type GroupRow } from "../../projections/elections.ts";
import { faultLabel } from "../../projections/fault-words.ts";
import { useIsPast } from "../../stores/world.ts";
import { openFaultForm } from "../faults/fault-store.ts";
import { useRefusal } from "../faults/use-refusal.ts";
import { openAppoint, openBlock, openDepose, openFreezeGroup, openThawGroup, openUnblock } from "./election-acts.ts";
import { leaderFaults, memberFaults, membersOf } from "./group-faults.ts";
import { SettingsForm } from "./SettingsForm.tsx";
import { SplitForm } from "./SplitForm.tsx";
import { useOperates } from "./use-operates.ts";

const listedAtMost = 12;

/** What an operator can do to a group; its leader first, the rest in a menu. Whoever only looks sees none of it. */
export function GroupActs({ row: { key: group, election, nodes } }: { row: GroupRow }) {
  const operates = useOperates();
  const past = useIsPast();
  const [form, setForm] = useState<"settings" | "split">();
  if (!operates) return null;
  const leader = election?.leader;
  return (
    <>
      {leader === undefined ? null : (
        <ActButton size="compact-xs" variant="default" aria-label={`Depose ${leader.agent} in ${group}`} onClick={() => openDepose(group, leader)}>
          Depose…
        </ActButton>
      )}
      {election === undefined ? null : <Appoint election={election} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={24} disabled={past} aria-label={`More acts on ${group}`}>
            <IconDots size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {election === undefined ? null : (
            <>
              {election.frozen === undefined ? (
                <Menu.Item onClick={() => openFreezeGroup(election)}>Freeze…</Menu.Item>
              ) : (
                <Menu.Item onClick={() => openThawGroup(group)}>Thaw…</Menu.Item>
              )}
              <Menu.Item onClick={() => setForm("settings")}>Settings…</Menu.Item>
              {candidateOrder(election)
                .slice(0, listedAtMost)
                .map(({ agent }) => (
                  <Menu.Item key={agent} onClick={() => openBlock(group, agent)}>
                    Block {agent}…
                  </Menu.Item>
                ))}
              {election.blocked.slice(0, listedAtMost).map(({ agent }) => (
                <Menu.Item key={agent} onClick={() => openUnblock(group, agent)}>
                  Unblock {agent}…
                </Menu.Item>
              ))}
            </>
          )}
          <FaultItems election={election} nodes={nodes} split={() => setForm("split")} />
        </Menu.Dropdown>
      </Menu>
      {form === "settings" && election !== undefined ? <SettingsForm election={election} close={() => setForm(undefined)} /> : null}
      {form === "split" ? <SplitForm group={group} members={membersOf(election, nodes)} close={() => setForm(undefined)} /> : null}
    </>
  );
}

/** Who leads, by the engine or by the protocol that the agents run. */
function leaderOf(election: Election | undefined, nodes: GroupRow["nodes"]): string | undefined {
  return election?.leader?.agent ?? nodes.find(({ view }) => view.role === "leader")?.agent;
}

function Appoint({ election }: { election: Election }) {
  const { group, leader } = election;
  const others = candidateOrder(election).filter(({ session }) => session !== leader?.session);
  if (others.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActButton size="compact-xs" variant="default" aria-label={`${leader === undefined ? "Appoint" : "Hand over"} in ${group}`}>
          {leader === undefined ? "Appoint…" : "Hand over…"}
        </ActButton>
      </Menu.Target>
      <Menu.Dropdown>
        {others.slice(0, listedAtMost).map(({ session, agent }) => (
          <Menu.Item key={session} onClick={() => openAppoint(election, agent)}>
            {agent}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Only where the server lets anybody break things. Mounted with the menu: the server is asked then. */
function FaultItems({ election, nodes, split }: Pick<GroupRow, "election" | "nodes"> & { split(): void }) {
  const refusal = useRefusal();
  if (refusal !== undefined) return null;
  const members = membersOf(election, nodes);
  const leader = leaderOf(election, nodes);
  // Whoever is put to the vote says yes to itself anyway.
  const nominee = election?.ballot?.agent;
  const other = members.find((agent) => agent !== leader && agent !== nominee);
  const faults = [
    ...(leader === undefined ? [] : leaderFaults.map((kind) => ({ kind, target: leader }))),
    ...(other === undefined ? [] : memberFaults.map((kind) => ({ kind, target: other }))),
  ];
  return (
    <>
      <Menu.Divider />
      {faults.map(({ kind, target }) => (
        <Menu.Item key={kind} onClick={() => openFaultForm(kind, target)}>
          Fault: {faultLabel({ kind, target })}…
        </Menu.Item>
      ))}
      {members.length < 2 ? null : <Menu.Item onClick={split}>Fault: split the group…</Menu.Item>}
    </>
  );
}
