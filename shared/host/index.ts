export { FindingWatch } from "./finding-watch.ts";
export { type CommandInput, type HostOptions, type HostPorts, SpaceHost } from "./space-host.ts";
