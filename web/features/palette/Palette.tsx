import { Spotlight } from "@mantine/spotlight";
import { IconAlertHexagon, IconClockPlay, IconCommand, IconCrown, IconEye, IconRobot, IconSection } from "@tabler/icons-react";
import { useState } from "react";
import type { Election } from "../../../shared/model/index.ts";
import { keyListStore } from "../../app/keys.ts";
import { viewNames } from "../../app/Rail.tsx";
import { useLayout, useSetSearch, viewKeys, views } from "../../app/search.ts";
import { faultGroups, faultLabel, faultWords } from "../../projections/fault-words.ts";
import { preferencesStore } from "../../stores/preferences.ts";
import { selectionStore, useSelection } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { openAct, releasable } from "../acts/act-store.ts";
import { attentionStore } from "../attention/attention-store.ts";
import { selectNext } from "../deadlocks/DeadlockBadge.tsx";
import { openDepose, openFreezeGroup, openThawGroup } from "../elections/election-acts.ts";
import { openFaultForm, stopAllFaults } from "../faults/fault-store.ts";
import { replayEntries } from "../replay/replay-entries.ts";
import { type Entry, findThings, matchScore } from "./entries.ts";
import classes from "./Palette.module.css";

const thingsAtMost = 20;
/** Goes to the scroll area inside, which must be reachable by key; the type of the list does not know it. */
const scrollable = { viewportProps: { tabIndex: 0 } };
const icons = { agent: IconRobot, resource: IconSection, group: IconCrown, intent: IconClockPlay, deadlock: IconAlertHexagon, finding: IconEye };

/** Ctrl-K: find any agent, resource or intent, and do anything the keys and buttons do. */
export function Palette() {
  const [query, setQuery] = useState("");
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      tagsToIgnore={[]}
      transitionProps={{ duration: 0 }}
      maxHeight={420}
      scrollable
      attributes={{ content: { "aria-label": "Palette" } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      classNames={{ action: classes.action }}
    >
      <Spotlight.Search placeholder="Find an agent, a resource, a group, a command…" aria-label="Find or do" />
      <Spotlight.ActionsList aria-label="Found" {...scrollable}>
        <PaletteList query={query} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Made anew with each letter while it is open; the state is read then, not followed. */
function PaletteList({ query }: { query: string }) {
  const commands = useCommands();
  const wanted = query.trim().toLowerCase();
  const { state } = worldStore.getState();
  const things = state === null ? [] : findThings(state, query, thingsAtMost);
  const target = useSelection(({ selected }) => (selected?.kind === "agent" ? selected.id : ""));
  const fitting = [...commands, ...(wanted === "" ? [] : faultEntries(target))].filter(({ label }) => wanted === "" || matchScore(label, wanted) !== undefined);
  return (
    <>
      {things.map(({ kind, id, label, hint }) => {
        const Icon = icons[kind];
        return (
          <Spotlight.Action
            key={`${kind} ${id}`}
            label={label}
            description={hint}
            leftSection={<Icon size={18} aria-hidden />}
            onClick={() => selectionStore.getState().select({ kind, id })}
          />
        );
      })}
      {fitting.map(({ id, label, hint, run }) => (
        <Spotlight.Action key={id} label={label} description={hint} leftSection={<IconCommand size={18} aria-hidden />} onClick={run} />
      ))}
      {things.length + fitting.length === 0 ? <Spotlight.Empty>Nothing here is called that.</Spotlight.Empty> : null}
    </>
  );
}

/** Every fault of the menu, for whoever is selected; found once a word is typed. */
function faultEntries(target: string): Entry[] {
  return faultGroups.flatMap(({ kinds }) =>
    kinds.map((kind) => ({
      id: `fault ${kind}`,
      label: `Fault: ${faultLabel({ kind, target }).trim()}…`,
      hint: faultWords[kind].means,
      run: () => openFaultForm(kind, target),
    })),
  );
}

/** What can be done to the selected group. */
function groupEntries(election: Election): Entry[] {
  const { group, leader, frozen } = election;
  const freeze: Entry =
    frozen === undefined
      ? { id: "freeze", label: `Freeze ${group}…`, hint: "nobody new is elected", run: () => openFreezeGroup(election) }
      : { id: "freeze", label: `Thaw ${group}…`, hint: "", run: () => openThawGroup(group) };
  if (leader === undefined) return [freeze];
  return [{ id: "depose", label: `Depose ${leader.agent} in ${group}…`, hint: `term ${leader.term}`, run: () => openDepose(group, leader) }, freeze];
}

function useCommands(): Entry[] {
  const setSearch = useSetSearch();
  const [, setLayout] = useLayout();
  const selected = useSelection((selection) => selection.selected);
  const { state } = worldStore.getState();
  const entries: Entry[] = [];
  const [need] = attentionStore.getState().needs;
  if (need !== undefined)
    entries.push({ id: "need", label: "Show what needs you most", hint: need.title, run: () => selectionStore.getState().select(need.subject) });
  if (selected !== null && state !== null) {
    const locks = releasable(state, selected);
    if (locks.length > 0)
      entries.push({ id: "release", label: `Release ${selected.id}…`, hint: "R", run: () => openAct({ type: "lock.forceRelease", locks }) });
    if (selected.kind === "resource") {
      const frozen = state.freezes.has(selected.id);
      entries.push({
        id: "freeze",
        label: `${frozen ? "Thaw" : "Freeze"} ${selected.id}…`,
        hint: "",
        run: () => openAct({ type: frozen ? "resource.thaw" : "resource.freeze", resource: selected.id }),
      });
    }
    const election = selected.kind === "group" ? state.elections.get(selected.id) : undefined;
    if (election !== undefined) entries.push(...groupEntries(election));
    const session = selected.kind === "agent" ? state.agents.get(selected.id) : undefined;
    if (session !== undefined)
      entries.push({ id: "expel", label: `Expel ${selected.id}…`, hint: "", run: () => openAct({ type: "session.expel", session, agent: selected.id }) });
    if (session !== undefined)
      entries.push({ id: "fault", label: `Inject a fault into ${selected.id}…`, hint: "", run: () => openFaultForm("pause", selected.id) });
    entries.push({ id: "deselect", label: "Deselect", hint: "Esc", run: () => selectionStore.getState().select(null) });
  }
  entries.push(
    ...views.map((view) => ({
      id: `view ${view}`,
      label: `Go to ${viewNames[view]}`,
      hint: viewKeys[view].toUpperCase(),
      run: () => setSearch({ view: view === "graph" ? undefined : view }),
    })),
  );
  entries.push(
    ...replayEntries(),
    { id: "tracks", label: "Layout: tracks", hint: "T", run: () => setLayout("tracks") },
    { id: "graph", label: "Layout: graph", hint: "G", run: () => setLayout("graph") },
    { id: "timeline", label: "Layout: timeline only", hint: "", run: () => setLayout("timeline") },
    { id: "stop faults", label: "Stop all faults", hint: "X", run: () => void stopAllFaults() },
    { id: "deadlock", label: "Show the next deadlock", hint: "", run: selectNext },
    { id: "clear", label: "Clear the filter", hint: "", run: () => setSearch({ q: undefined }) },
    { id: "waiting", label: "Filter: who waits", hint: "state:waiting", run: () => setSearch({ q: "state:waiting" }) },
    { id: "dark", label: "Colours: dark", hint: "", run: () => preferencesStore.getState().set({ theme: "dark" }) },
    { id: "light", label: "Colours: light", hint: "", run: () => preferencesStore.getState().set({ theme: "light" }) },
    { id: "auto", label: "Colours: as the system", hint: "", run: () => preferencesStore.getState().set({ theme: "auto" }) },
    {
      id: "copy",
      label: "Copy the link to this picture",
      hint: "It opens the same view, selection and filter",
      run: () => void navigator.clipboard?.writeText(location.href),
    },
    { id: "keys", label: "Keys", hint: "?", run: () => keyListStore.setState({ opened: true }) },
  );
  return entries;
}
