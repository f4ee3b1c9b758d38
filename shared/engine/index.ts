export { execute, type Outcome } from "./execute.ts";
export { previewAct } from "./preview.ts";
