/** The rules of daemons/core/permission.ts that the store itself asks for. */
export { MAY, may } from "../../../core/permission.ts";
