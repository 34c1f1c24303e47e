import { after, before } from "node:test";
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary.ts";
import { registerGuarantees } from "./register-guarantees.ts";

/** What is asked of mounts must hold on one machine, where nothing is between the processes. */
let place: TemporaryDirectory;
before(() => {
  place = temporaryDirectory("coherence");
});
after(() => place[Symbol.dispose]());
registerGuarantees(() => [place.path, `${place.path}/.`, `${place.path}/./.`]);
