import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./tokens.css";
import "./global.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { follow } from "../connection/follow.ts";
import { watchAttention } from "../features/attention/attention-store.ts";
import { watchDeadlocks } from "../features/deadlocks/deadlock-store.ts";
import { watchTerms } from "../features/elections/term-store.ts";
import { watchFaults } from "../features/faults/fault-store.ts";
import { watchFindings } from "../features/findings/finding-store.ts";
import { watchWork } from "../features/traces/work-store.ts";
import { replay } from "../replay/replay.ts";
import { mirrorReplay } from "./replay-link.ts";
import { router } from "./router.tsx";
import { mirrorSelection } from "./url-sync.ts";

mirrorSelection(router);
follow(router);
replay.watch();
mirrorReplay(router);
watchAttention();
watchDeadlocks();
watchFaults();
watchFindings();
watchTerms();
watchWork();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
