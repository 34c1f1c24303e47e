import { after, before } from "node:test";
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary.ts";
import { registerChecks } from "./register-checks.ts";

/** The checks must be right before they judge a mount: here they judge the kernel's own file system. */
let place: TemporaryDirectory;
before(() => {
  place = temporaryDirectory("posix");
});
after(() => place[Symbol.dispose]());
registerChecks(() => place.path);
