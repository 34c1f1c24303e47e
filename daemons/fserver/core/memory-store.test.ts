import { storeSuite } from "../testing/store-suite.ts";
import { MemoryStore } from "./memory-store.ts";

storeSuite("memory", () => {
  const store = new MemoryStore();
  return { store, close: () => store.close() };
});
