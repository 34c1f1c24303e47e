import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { run, tryRun } from "../../support/run.ts";
import type { Programs } from "../program.ts";

const PARTS = 8;

function writeProject(dir: string): void {
  const parts = Array.from({ length: PARTS }, (_, at) => at);
  writeFileSync(`${dir}/parts.h`, parts.map((at) => `int part_${at}(void);\n`).join(""));
  for (const at of parts) {
    writeFileSync(`${dir}/part_${at}.c`, `#include "parts.h"\nint part_${at}(void) { return ${at}; }\n`);
  }
  const sum = parts.map((at) => `part_${at}()`).join(" + ");
  writeFileSync(
    `${dir}/main.c`,
    `#include <stdio.h>\n#include "parts.h"\nint main(void) { printf("%d\\n", ${sum}); return 0; }\n`,
  );
  const objects = parts.map((at) => `part_${at}.o`).join(" ");
  writeFileSync(
    `${dir}/Makefile`,
    `CFLAGS = -O1\nprogram: main.o libparts.a\n\t$(CC) -o $@ main.o -L. -lparts\n` +
      `libparts.a: ${objects}\n\t$(AR) rcs $@ ${objects}\nmain.o ${objects}: parts.h\n`,
  );
}

export const buildPrograms: Programs = {
  "make builds a C program with a library, and again only what is needed": {
    needs: ["gcc", "make", "ar"],
    run: async (dir) => {
      writeProject(dir);
      await run(["make", "-j2", "CC=gcc"], { cwd: dir });
      assert.equal(await run([`${dir}/program`]), "28\n");
      assert.equal((await tryRun(["make", "-q", "CC=gcc"], { cwd: dir })).status, 0, "all is up to date");
      writeFileSync(`${dir}/part_7.c`, `#include "parts.h"\nint part_7(void) { return 107; }\n`);
      const again = await run(["make", "CC=gcc"], { cwd: dir });
      assert.equal(again.match(/-c -o/g)?.length, 1, `one file is compiled, not: ${again}`);
      assert.equal(await run([`${dir}/program`]), "128\n");
    },
  },
  "a script, a program and a shared library run from the tree": {
    needs: ["gcc"],
    run: async (dir) => {
      writeFileSync(`${dir}/library.c`, "int answer(void) { return 42; }\n");
      writeFileSync(`${dir}/use.c`, "int answer(void);\nint main(void) { return answer(); }\n");
      await run(["gcc", "-shared", "-fPIC", "-o", "libanswer.so", "library.c"], { cwd: dir });
      await run(["gcc", "-o", "use", "use.c", "-L.", "-lanswer", "-Wl,-rpath,$ORIGIN"], { cwd: dir });
      assert.equal((await tryRun([`${dir}/use`])).status, 42);
    },
  },
};
