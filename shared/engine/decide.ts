import type { AgentCommand, Cause, EngineCommand, Session, SystemCommand } from "../model/index.ts";
import type { State } from "../state/index.ts";
import { declareWait, endWait } from "./deadlocks/index.ts";
import { type Decision, refuse } from "./decision.ts";
import { assertLeads, campaign, handOver, observe, proclaim, resign, sendMessage, tellNode, unobserve, vote } from "./elections/index.ts";
import { report } from "./findings/index.ts";
import { announce, check, commit, end } from "./intents.ts";
import { acquire, cancel, downgrade, release, transfer, upgrade } from "./locks.ts";
import { operate } from "./operators.ts";
import { decideRecordings } from "./recordings.ts";
import { connection, declare, endSession, join } from "./sessions.ts";
import { tick } from "./tick.ts";

/** Chooses what a command comes to. Reads the state, changes nothing, knows no clock and no chance. */
export function decide(state: State, command: EngineCommand, nowMs: number, cause?: Cause): Decision {
  switch (command.from) {
    case "system":
      return decideSystem(state, command.command, nowMs);
    case "operator":
      return operate(state, command.actor, command.command, nowMs, cause as Cause);
    case "agent": {
      const session = state.sessions.get(command.session);
      if (session === undefined) return refuse("noSession", "This session is over; whatever it held is gone. Join anew.");
      return decideAgent(state, session, command.command, nowMs, cause as Cause);
    }
  }
}

function decideSystem(state: State, command: SystemCommand, nowMs: number): Decision {
  switch (command.type) {
    case "session.join":
      return join(state, command, nowMs);
    case "session.connect":
    case "session.disconnect":
      return connection(state, command);
    case "finding.report":
      return report(state, command, nowMs);
    case "recording.begin":
    case "recording.extend":
    case "recording.forget":
      return decideRecordings(state, command, nowMs);
    case "tick":
      return tick(state, command, nowMs);
  }
}

function decideAgent(state: State, session: Session, command: AgentCommand, nowMs: number, cause: Cause): Decision {
  switch (command.type) {
    case "lock.acquire":
      return acquire(state, session, command, nowMs, cause);
    case "lock.release":
      return release(state, session, command, cause);
    case "lock.cancel":
      return cancel(state, session, command, cause);
    case "lock.upgrade":
      return upgrade(state, session, command, nowMs, cause);
    case "lock.downgrade":
      return downgrade(state, session, command, cause);
    case "lock.transfer":
      return transfer(state, session, command, cause);
    case "intent.announce":
      return announce(state, session, command, nowMs, cause);
    case "intent.check":
      return check(state, session, command, nowMs);
    case "intent.commit":
      return commit(state, session, command, cause);
    case "intent.fulfil":
    case "intent.withdraw":
      return end(state, session, command, cause);
    case "session.declare":
      return declare(session, command, cause);
    case "wait.declare":
      return declareWait(state, session, command, nowMs, cause);
    case "wait.end":
      return endWait(state, session, command, cause);
    case "election.campaign":
      return campaign(state, session, command, nowMs, cause);
    case "election.resign":
      return resign(state, session, command, nowMs, cause);
    case "election.proclaim":
      return proclaim(state, session, command, cause);
    case "election.handOver":
      return handOver(state, session, command, nowMs, cause);
    case "election.assert":
      return assertLeads(state, session, command);
    case "election.vote":
      return vote(state, session, command, nowMs, cause);
    case "election.observe":
      return observe(state, session, command, cause);
    case "election.unobserve":
      return unobserve(state, session, command, cause);
    case "message.send":
      return sendMessage(state, session, command, cause);
    case "node.tell":
      return tellNode(state, session, command, cause);
    case "session.leave":
      return { events: endSession(state, session, "left", nowMs, { cause }) };
    case "guard.report":
      return {
        events: [
          {
            type: "guard.refused",
            session: session.session,
            agent: session.agent,
            resource: command.resource,
            fence: command.fence,
            highest: command.highest,
            cause,
          },
        ],
      };
  }
}
