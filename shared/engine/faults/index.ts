export { heal, runSchedule } from "./due.ts";
export { inject, removeSchedule, setSchedule, stop, stopAll } from "./inject.ts";
export { isTarget, targetsOf } from "./targets.ts";
