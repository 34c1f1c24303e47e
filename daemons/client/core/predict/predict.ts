import type { ChangeBody } from "../change-body.ts";
import { predictSetAttributes, predictWrite } from "./predict-content.ts";
import { predictCreate } from "./predict-create.ts";
import { predictLink, predictRemove, predictRename } from "./predict-names.ts";
import type { By, Facts, Prediction } from "./prediction.ts";

/**
 * What a change will come to on every member.
 *
 * @param facts What is known of the objects that it touches, under write leases.
 * @returns Undefined when that cannot be told: when it may fail, or depends on what is not known here.
 */
export function predict(facts: Facts, body: ChangeBody, by: By): Prediction | undefined {
  switch (body.kind) {
    case "create":
      return predictCreate(facts, body, by);
    case "write":
      return predictWrite(facts, body, by);
    case "setAttributes":
      return predictSetAttributes(facts, body, by);
    case "remove":
      return predictRemove(facts, body, by);
    case "rename":
      return predictRename(facts, body, by);
    case "link":
      return predictLink(facts, body, by);
    // What xattrs and space there are is not known here; and nobody waits for a purge.
    case "setXattr":
    case "removeXattr":
    case "allocate":
    case "copyRange":
    case "purge":
      return undefined;
  }
}
