import { useWorld } from "../../stores/world.ts";

/** May this person act at all? The server decides; what it would refuse is not offered. */
export const useOperates = (): boolean => useWorld(({ actor }) => actor?.role === "operator");
