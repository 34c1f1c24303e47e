import assert from "node:assert/strict";
import { test } from "node:test";
import { debianChangelog, MAINTAINER, rpmChangelog } from "./changelog.ts";

const CHANGES = `# Changelog

For users.

## 0.2.0 (not released)

Something first.

- **Old trouble** is over: see [the page](docs/x.md), and this line is long enough
  that it goes on in a second one, with \`code\`.
- Two, at 90 %.

Not there yet: much.

## 0.1.0

- One.
`;

test("The newest section becomes an entry of Debian's changelog, in lines that fit", () => {
  assert.equal(
    debianChangelog("pohmelfs", "0.2.0", CHANGES, 1_700_000_000),
    `pohmelfs (0.2.0) unstable; urgency=medium

  * Old trouble is over: see the page, and this line is long enough that it
    goes on in a second one, with code.
  * Two, at 90 %.

 -- ${MAINTAINER}  Tue, 14 Nov 2023 22:13:20 +0000
`,
  );
});

test("rpm gets the same entries, with signs that mean nothing to it", () => {
  assert.equal(
    rpmChangelog("0.2.0", CHANGES, 1_700_000_000),
    `* Tue Nov 14 2023 ${MAINTAINER} - 0.2.0-1
- Old trouble is over: see the page, and this line is long enough that it goes
  on in a second one, with code.
- Two, at 90 %%.`,
  );
});
