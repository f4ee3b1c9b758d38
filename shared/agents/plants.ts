import { switchesFor } from "../model/switches.ts";

/**
 * Mistakes that tests plant in protocols, one at a time, to prove that the simulator finds them; as `shared/state/plants.ts`
 * does for the engine. In real life every switch is off and nothing but a test turns one on. Each is read at the very line
 * that it would spoil. `breaks` is the rule of SPEC.md that must show it; others may show it sooner.
 */
export const plantNotes = {
  raftSentFirst: { breaks: "EL-21", note: "messages leave before what they rest on is durable" },
  raftTermForgotten: { breaks: "EL-21", note: "the term is not persisted" },
  raftVoteForgotten: { breaks: "EL-21", note: "the vote is not persisted" },
  raftVoteTwice: { breaks: "EL-21", note: "a second candidate gets a vote in the same term" },
  raftHigherTermShrugged: { breaks: "EL-20", note: "a leader that hears of a higher term takes it up and goes on leading" },
  raftLeaderRewrites: { breaks: "EL-22", note: "a new leader throws away what it does not know to be committed" },
  raftConflictKept: { breaks: "EL-23", note: "entries that differ from the leader's are kept" },
  raftFreshnessIgnored: { breaks: "EL-27", note: "a vote is given to a candidate whose log lags behind" },
  raftOldTermCounted: { breaks: "EL-26", note: "an entry of an older term is committed because a majority has it" },
  raftCommitUnbounded: { breaks: "EL-26", note: "a follower takes the leader's commit index for entries that it has not matched" },
  raftAppliesUncommitted: { breaks: "EL-25", note: "entries are applied before they are committed" },
  raftAppliedAgain: { breaks: "EL-25", note: "an entry is applied a second time" },
  raftPreVoteSkipped: { breaks: "EL-28", note: "who times out raises its term without asking first" },
  raftStickinessIgnored: { breaks: "EL-28", note: "who hears a leader votes for another one" },
  raftPromiseForgotten: { breaks: "EL-28", note: "who comes back votes at once, though it may have heard a leader just before" },
  raftQuorumUnchecked: { breaks: "EL-29", note: "a leader that hears from no majority goes on leading" },
  raftSingleMajority: { breaks: "EL-30", note: "while members change the majority of the new ones is enough" },
  raftLearnerCounted: { breaks: "EL-30", note: "a learner counts towards a majority" },
  raftChangesOverlap: { breaks: "EL-30", note: "a change of members begins before the last one is over" },
  raftMembersKept: { breaks: "EL-30", note: "a configuration stays in effect although its entry was cut off the log" },
  raftSnapshotForgetsMembers: { breaks: "EL-31", note: "a snapshot holds the first configuration instead of the newest" },
  raftSnapshotAhead: { breaks: "EL-31", note: "a snapshot covers entries that its state has not seen" },
  raftLeaseUnbounded: { breaks: "EL-32", note: "a lease is as long as the others' promise, as if all clocks ran alike" },
  raftLeaseOutlivesTransfer: { breaks: "EL-32", note: "a leader that told another one to campaign goes on reading by its lease" },
  raftReadUnconfirmed: { breaks: "EL-32", note: "a read is answered before a majority has confirmed the leader" },
  raftReadBeforeOwnTerm: { breaks: "EL-32", note: "a new leader reads before an entry of its own term is committed" },
  raftTransferEarly: { breaks: "EL-33", note: "who shall lead is told to campaign before it has the whole log" },
  raftTransferEndless: { breaks: "EL-33", note: "a transfer that does not come about is never given up" },
  raftAnsweredEarly: { breaks: "EL-34", note: "a proposal is answered as soon as the leader has it" },
  raftAnsweredUnapplied: { breaks: "EL-50", note: "who was asked answers as soon as its log has the entry" },
  raftTakenAgain: { breaks: "EL-51", note: "a proposal that is in the log is taken again" },
  raftSnapshotForgetsIds: { breaks: "EL-51", note: "a snapshot does not tell which proposals it covers" },
  raftUnknownRefused: { breaks: "EL-52", note: "what may yet be applied is told as refused" },
  raftWaitsOn: { breaks: "EL-52", note: "who asked is kept waiting when the term is over" },
  bullyLowestWins: { breaks: "EL-35", note: "a node takes those below it for those above it" },
  bullyAnswerIgnored: { breaks: "EL-35", note: "a node leads although somebody above it answered" },
  bullyReturnerYields: { breaks: "EL-35", note: "a node that comes back follows who leads from below it" },
  bullyStaleAccepted: { breaks: "EL-36", note: "an earlier coordinatorship is accepted after a later one" },
  bullyNumberReused: { breaks: "EL-36", note: "a new leader takes the number of the last one" },
  ringLowerPassed: { breaks: "EL-38", note: "an id goes on past a higher one" },
  ringElectedGoesOn: { breaks: "EL-38", note: "the word of a leader goes round and round" },
  ringOwnIdUnknown: { breaks: "EL-38", note: "a node passes on its own id when it comes home" },
  hirschbergTooFar: { breaks: "EL-39", note: "a probe goes one place too far" },
  hirschbergOneReply: { breaks: "EL-39", note: "the reply from one side counts for both" },
  rendezvousReshuffled: { breaks: "EL-40", note: "the leader is the window modulo the number of members" },
  rendezvousWeightIgnored: { breaks: "EL-40", note: "everybody weighs the same" },
  rendezvousGoneKept: { breaks: "EL-41", note: "who is gone counts for ever" },
  oralTooFewRounds: { breaks: "EL-42", note: "lieutenants tell each other one round too few" },
  oralDefaultOwn: { breaks: "EL-42", note: "without a majority a lieutenant takes what it was told itself" },
  pbftSmallQuorum: { breaks: "EL-43", note: "f + 1 are taken for a quorum" },
  pbftPreparedForgotten: { breaks: "EL-43", note: "a new view begins with nothing of what was prepared" },
  pbftNewViewUnverified: { breaks: "EL-43", note: "whoever says that a view has begun is believed" },
} as const;

export type Plant = keyof typeof plantNotes;

export const { plants, plant, unplant } = switchesFor(plantNotes);
