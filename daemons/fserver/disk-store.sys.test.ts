import { storeSuite } from "./testing/store-suite.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

storeSuite(
  "disk",
  () => {
    const { open, remove } = temporaryExport();
    const store = open();
    return {
      store,
      close: () => {
        store.close();
        remove();
      },
    };
  },
  needsRoot,
);
