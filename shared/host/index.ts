export { FindingWatch } from "./finding-watch.ts";
export { creditFrames, Frames, type FramesOptions, type Viewer } from "./frames.ts";
export { RecentEvents } from "./recent-events.ts";
export { type CommandInput, type HostOptions, type HostPorts, SpaceHost } from "./space-host.ts";
export { groupsOf } from "./standings.ts";
export { type Subscription, subscribe } from "./subscribe.ts";
