import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { App } from "./App.tsx";
import { parseSearch, searchSchema, stringifySearch } from "./search.ts";

const rootRoute = createRootRoute({ validateSearch: searchSchema, notFoundComponent: App });
/** One screen: what it shows is all in the search part of the link. */
const screen = createRoute({ getParentRoute: () => rootRoute, path: "/", component: App });

export const router = createRouter({ routeTree: rootRoute.addChildren([screen]), parseSearch, stringifySearch, scrollRestoration: false });
export type AppRouter = typeof router;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
