import { after, before } from "node:test";
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary.ts";
import { registerPairPrograms, registerPrograms } from "./register-programs.ts";

/** What is asked of the programs must be right before it judges a mount. */
let place: TemporaryDirectory;
before(() => {
  place = temporaryDirectory("programs");
});
after(() => place[Symbol.dispose]());
registerPrograms(() => place.path);
registerPairPrograms(() => [place.path, `${place.path}/.`]);
