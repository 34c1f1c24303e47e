import { type TransferListItem, Worker } from "node:worker_threads";

/**
 * Starts a TypeScript source as a thread. Node 20 hands loaders such as tsx's on to the main thread's imports only, so
 * the thread registers it by itself.
 */
export function startSourceThread(url: URL, workerData: object, transferList: TransferListItem[] = []): Worker {
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); });`;
  return new Worker(start, { eval: true, workerData, transferList });
}
