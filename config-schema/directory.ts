/** An absolute path without doubled, or trailing slashes and `.` parts: `/opt//pohtest/` is `/opt/pohtest`. */
export function normalDirectory(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

/** Whether a directory is another one or lies beneath it. Both normal. */
export function liesWithin(directory: string, other: string): boolean {
  return directory === other || other === "/" || directory.startsWith(`${other}/`);
}
