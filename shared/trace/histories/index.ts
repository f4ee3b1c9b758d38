export { type CheckOptions, type Counterexample, callWords, checkHistory, type HistoryVerdict, type KeyVerdict } from "./check.ts";
export { type Overlap, overlapsOf } from "./holders.ts";
export { HistoryError, keyValueModel, lockModel, type Model, modelOf, registerModel } from "./models.ts";
export { type Call, callSchema, type ModelChoice, type Operation, operationSchema, type Value, valueSchema } from "./operation.ts";
export { operationsOf, type RecordedSpan } from "./own.ts";
