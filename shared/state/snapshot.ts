import type { Snapshot } from "../model/index.ts";
import { retriableAnswers } from "./answers.ts";
import { observe, putElection, putNode } from "./elections.ts";
import { putMute } from "./findings.ts";
import { putDeclared, putFault, putIntent, putLock, putSchedule, putSession, putVersion, putWait } from "./holdings.ts";
import { plants } from "./plants.ts";
import { putQuota } from "./quotas.ts";
import { putRecording } from "./recordings.ts";
import { emptyState, type State } from "./state.ts";

/** The state as plain data. It shares its records with the state: they are never changed in place. */
export function toSnapshot(state: State): Snapshot {
  return {
    space: state.space,
    position: state.position,
    atMs: state.atMs,
    lastFence: state.lastFence,
    lastRequest: state.lastRequest,
    lastIntent: state.lastIntent,
    sessions: [...state.sessions.values()],
    locks: [...state.locks.values()],
    waits: [...state.waits.values()],
    intents: [...state.intents.values()],
    rules: [...state.rules],
    freezes: [...state.freezes.values()],
    quotas: [...state.quotas.values()],
    faults: [...state.faults.values()],
    lastFault: state.lastFault,
    schedules: [...state.schedules.values()],
    recordings: [...state.recordings.values()],
    lastRecording: state.lastRecording,
    elections: [...state.elections.values()],
    observers: [...state.observers].map(([group, sessions]) => [group, [...sessions]]),
    nodes: [...state.nodes.values()],
    declared: [...state.declared.values()],
    lastDeclared: state.lastDeclared,
    deadlocks: [...state.deadlocks.values()],
    lastDeadlock: state.lastDeadlock,
    work: [...state.work.values()],
    shadow: state.shadow,
    findings: [...state.findings.values()],
    mutes: [...state.mutes.values()],
    judged: state.judged,
    favours: [...state.favours.values()],
    versions: [...state.versions.values()],
    versionFloor: state.versionFloor,
    answers: retriableAnswers(state),
  };
}

/** The state that a snapshot was taken of, with its indexes and timers built anew. */
export function fromSnapshot(snapshot: Snapshot): State {
  const state = emptyState(snapshot.space);
  state.position = snapshot.position;
  state.atMs = snapshot.atMs;
  if (!plants.fenceForgotten) state.lastFence = snapshot.lastFence;
  state.lastRequest = snapshot.lastRequest;
  state.lastIntent = snapshot.lastIntent;
  state.rules = snapshot.rules;
  state.versionFloor = snapshot.versionFloor;
  for (const session of snapshot.sessions) putSession(state, session);
  for (const lock of snapshot.locks) putLock(state, lock);
  for (const wait of plants.waitForgotten ? [] : snapshot.waits) putWait(state, wait);
  for (const intent of snapshot.intents) putIntent(state, intent);
  for (const freeze of snapshot.freezes) state.freezes.set(freeze.resource, freeze);
  for (const quota of snapshot.quotas) putQuota(state, quota);
  for (const fault of snapshot.faults) putFault(state, fault);
  for (const recording of snapshot.recordings) putRecording(state, recording);
  state.lastRecording = snapshot.lastRecording;
  for (const election of plants.electionForgotten ? [] : snapshot.elections) putElection(state, election);
  for (const [group, sessions] of snapshot.observers) for (const session of sessions) observe(state, group, session);
  for (const node of snapshot.nodes) putNode(state, node);
  state.lastFault = snapshot.lastFault;
  for (const schedule of snapshot.schedules) putSchedule(state, schedule);
  for (const wait of plants.declaredForgotten ? [] : snapshot.declared) putDeclared(state, wait);
  state.lastDeclared = snapshot.lastDeclared;
  for (const deadlock of snapshot.deadlocks) state.deadlocks.set(deadlock.deadlock, deadlock);
  state.lastDeadlock = snapshot.lastDeadlock;
  state.work.clear();
  for (const work of snapshot.work) state.work.set(work.session, work);
  state.shadow = snapshot.shadow;
  for (const finding of snapshot.findings) state.findings.set(finding.finding, finding);
  for (const mute of snapshot.mutes) putMute(state, mute);
  state.judged = snapshot.judged;
  for (const favour of snapshot.favours) state.favours.set(favour.finding, favour);
  for (const version of snapshot.versions) putVersion(state, version);
  for (const [sender, answers] of snapshot.answers) state.answers.set(sender, new Map(answers.map(([id, result, atMs]) => [id, { result, atMs }])));
  return state;
}
