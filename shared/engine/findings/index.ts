export { favourAt } from "./favour.ts";
export { judge, mute, unmute } from "./judge.ts";
export { resolveLivelock } from "./livelock.ts";
export { report } from "./report.ts";
