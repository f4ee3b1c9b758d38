/** Every bound of the model in one place. Raising one is a protocol change: the schemas quote them. */
export const limits = {
  pathLength: 512,
  pathSegments: 32,
  wantsPerRequest: 64,
  usesPerIntent: 64,
  reasonLength: 500,
  labelsPerSession: 16,
  rolesPerSession: 16,
  capacity: 1_000_000_000,
  priority: 100,
  /** Longest duration anyone may ask for: ten years. */
  durationMs: 315_360_000_000,
  ttlMinMs: 1_000,
  ttlMaxMs: 3_600_000,
  /** Answers remembered per sender so that a retry gets its first answer again. */
  answersPerSender: 64,
  locksPerSession: 10_000,
  waitsPerSession: 1_000,
  intentsPerSession: 200,
  declaredWaitsPerSession: 64,
  /** Deadlocks kept at a time; more are found again by the slow look. */
  deadlocks: 200,
  /** Nobody is the victim more often than this in a row, as long as there is somebody else. */
  abortsInRow: 3,
  /** How often others may be put before one waiter to break a deadlock. */
  passesPerWait: 3,
  quotas: 1_000,
  faults: 50,
  schedules: 20,
  /** Findings kept at a time. */
  findings: 200,
  /** Agents and resources that one finding names. */
  findingSubjects: 64,
  /** Acts of a livelock's loop that are kept to be shown. */
  loopActs: 24,
  mutes: 200,
  /** Livelocks whose end is remembered, so that the next attempt is a longer one. */
  favours: 100,
  sessions: 20_000,
  /** Recordings that a space keeps at a time. */
  recordings: 500,
  tagsPerRecording: 20,
  /** Longest time that a recording goes on. */
  recordingMs: 3_600_000,
  /** Groups with an election. */
  elections: 20_000,
  candidatesPerGroup: 200,
  blockedPerGroup: 200,
  /** Groups that one session campaigns in, and that it observes. */
  groupsPerSession: 10_000,
  /** Nodes of protocols that one session shows. */
  nodesPerSession: 64,
  /** Share of the windows that a candidate may ask for. */
  weight: 100,
  /** Members of a group that runs a protocol of its own or votes. */
  membersPerGroup: 128,
  /** Characters of one message between agents. */
  messageLength: 16_384,
  /** Newest entries of its log that a node tells. */
  entriesTold: 16,
  rules: 1_000,
  freezes: 1_000,
  /** Versions of optimistic resources kept; older ones fold into one floor. */
  versions: 10_000,
  commandsPerBatch: 128,
} as const;
