import type { AppRouter } from "../app/router.tsx";
import { connect } from "./connect.ts";

/** Connects to the space that the link names, and again when it names another. */
export function follow(router: AppRouter): void {
  let looking: string | undefined;
  const look = (search: { space?: string; fake?: string }) => {
    const wanted = import.meta.env.DEV && search.fake !== undefined ? `fake ${search.fake}` : (search.space ?? "main");
    if (wanted === looking) return;
    looking = wanted;
    if (import.meta.env.DEV && search.fake !== undefined) {
      const size = Math.max(0, Number(search.fake) || 0);
      void import("../dev/fake-port.ts").then(({ connectFake }) => connectFake(size));
    } else connect(wanted);
  };
  look(router.latestLocation.search);
  router.subscribe("onBeforeLoad", ({ toLocation }) => look(toLocation.search));
}
