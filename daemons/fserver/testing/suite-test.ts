import { test } from "node:test";
import type { StoreUnderTest } from "./store-suite.ts";
import { StoreDriver } from "./store-driver.ts";

/** Tests of one store, each with its own. */
export const tester =
  (kind: string, open: () => StoreUnderTest, skip: string | false) =>
  (name: string, run: (driver: StoreDriver) => void): void => {
    test(`${kind}: ${name}`, { skip }, () => {
      const { store, close } = open();
      try {
        run(new StoreDriver(store));
      } finally {
        close();
      }
    });
  };
