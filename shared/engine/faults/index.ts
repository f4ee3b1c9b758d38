export { heal, runSchedule } from "./due.ts";
export { inject, removeSchedule, setSchedule, stop, stopAll } from "./inject.ts";
export { isTarget, namesIn, strikesServer, targetsOf } from "./targets.ts";
