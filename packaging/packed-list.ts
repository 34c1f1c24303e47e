import { askTool } from "./run-tool.ts";

/**
 * What a package installs, as text to compare: `-rwxr-xr-x root root /usr/…[ -> TARGET]`, sorted by path.
 *
 * Folders are left out: an .rpm names its own only, a .deb all.
 */
export function packedList(path: string): string {
  return path.endsWith(".rpm") ? rpmList(path) : debList(path);
}

const sorted = (lines: readonly { readonly path: string; readonly text: string }[]): string =>
  [...lines]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ text }) => `${text}\n`)
    .join("");

function debList(deb: string): string {
  // `-rwxr-xr-x root/root  613403 2026-11-24 12:09 ./usr/lib/pohmelfs/pohmelfs`, a link with ` -> TARGET`
  const form = /^(\S{10}) ([^/\s]+)[/](\S+)\s+\d+ \S+ \S+ [.]([/].*?)( -> .*)?$/;
  const lines = askTool(["dpkg-deb", "--contents", deb], { env: { TZ: "UTC", LC_ALL: "C" } })
    .split("\n")
    .flatMap((line) => {
      const [, mode = "", user, group, path = "", target = ""] = form.exec(line) ?? [];
      if (line !== "" && mode === "") throw new Error(`dpkg-deb --contents ${deb}: '${line}' is not understood`);
      return line === "" || mode.startsWith("d") ? [] : [{ path, text: `${mode} ${user} ${group} ${path}${target}` }];
    });
  return sorted(lines);
}

function rpmList(rpm: string): string {
  const form = "[%{FILEMODES:perms}\\t%{FILEUSERNAME}\\t%{FILEGROUPNAME}\\t%{FILENAMES}\\t%{FILELINKTOS}\\n]";
  const lines = askTool(["rpm", "--query", "--package", "--queryformat", form, rpm], { env: { LC_ALL: "C" } })
    .split("\n")
    .flatMap((line) => {
      const [mode = "", user, group, path = "", target = ""] = line.split("\t");
      const arrow = target === "" ? "" : ` -> ${target}`;
      return line === "" || mode.startsWith("d") ? [] : [{ path, text: `${mode} ${user} ${group} ${path}${arrow}` }];
    });
  return sorted(lines);
}
