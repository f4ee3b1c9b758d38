import { createStore, useStore } from "zustand";
import type { Report } from "../../shared/protocol/index.ts";

interface Reports {
  /** The newest report of each name. */
  readonly latest: readonly Report[];
}

const most = 32;

/** Figures that the server tells beside the coordination state: its health, and what git counts where a demo runs. */
export const reportStore = createStore<Reports>(() => ({ latest: [] }));

export function addReport(report: Report): void {
  const others = reportStore.getState().latest.filter(({ name }) => name !== report.name);
  reportStore.setState({ latest: [...others, report].sort((left, right) => left.name.localeCompare(right.name)).slice(0, most) });
}

export const useReports = (): readonly Report[] => useStore(reportStore, ({ latest }) => latest);
