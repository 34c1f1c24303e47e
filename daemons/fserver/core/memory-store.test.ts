import { storeSuite } from "../testing/store-suite.ts";
import { MemoryStore } from "./memory-store.ts";

storeSuite("memory", () => {
  const store = new MemoryStore({ storeId: new Uint8Array(16), run: 1, rootMode: 0o777 });
  return { store, close: () => store.close() };
});
