import { posix } from "node:path";

/**
 * What the packages install: the one list from which the .deb, its slim profile and the .rpm are made, so that they
 * cannot differ. `packaging/testdata/*.list` has it as it comes out, with modes.
 */

/** What a file is made from. */
export type Source =
  /** A program of `npm run build`; its first line becomes that of the package's runtime. */
  | { readonly kind: "program"; readonly name: string }
  /** A file of the checkout, or of what was built into the folder `built`. */
  | { readonly kind: "project" | "built"; readonly path: string }
  /** A file of the private runtime. */
  | { readonly kind: "runtime"; readonly path: string }
  /** A file of an npm package in node_modules. */
  | { readonly kind: "module"; readonly path: string }
  /** The list of changes in Debian's form. */
  | { readonly kind: "changelog" }
  /** A symbolic link; the target as it stands in it. */
  | { readonly kind: "link"; readonly target: string };

/** Where a file goes: all packages, those with the private runtime, or those of one format. */
export type Only = "runtime" | "deb" | "rpm";

export type PackagedFile = {
  readonly to: string;
  readonly from: Source;
  readonly mode: 0o644 | 0o755;
  readonly only?: Only;
  /** With `gzip -9n`, as Debian's policy asks of manual pages and long texts. `to` ends in `.gz`. */
  readonly gzip?: true;
  /** ELF: what only debuggers need is cut off. */
  readonly strip?: true;
};

/** Files of a folder, for sets whose names the list does not know. */
export type PackagedFolder = {
  readonly from: { readonly kind: "project" | "built"; readonly path: string };
  /** Which names; a `$1` in `to` is its first group, and `$&` the name. */
  readonly names: RegExp;
  readonly to: string;
  readonly only?: Only;
  readonly gzip?: true;
};

/** What differs between packages. */
export type Place = {
  /** /usr/share/doc/NAME, by Debian's policy after the package. */
  readonly name: string;
  readonly arch: "x64" | "arm64";
};

/** The folder of private code: the programs, what they load, and the runtime. */
export const PRIVATE = "/usr/lib/pohmelfs";

/** All programs of scripts/build.mjs; `stage` refuses when that makes others. */
const PROGRAMS = ["pohmelfs", "cfg", "flush", "mount.pohmelfs", "fserver", "pohmelfs-mountd", "pohmelfs-generator"];

/** Who types them finds them on the PATH; /usr/sbin is also where mount(8) looks for its helpers. */
const COMMANDS = {
  "/usr/bin/pohmelfs": "pohmelfs",
  "/usr/sbin/cfg": "cfg",
  "/usr/sbin/flush": "flush",
  "/usr/sbin/fserver": "fserver",
  "/usr/sbin/mount.pohmelfs": "mount.pohmelfs",
  // What mount(8) calls to remount: the table of mounts says `fuse.pohmelfs`.
  "/usr/sbin/mount.fuse.pohmelfs": "mount.pohmelfs",
  "/usr/lib/systemd/system-generators/pohmelfs-generator": "pohmelfs-generator",
} as const;

/** By the shortest way, as Debian's policy asks. */
const link = (to: string, program: string): PackagedFile => ({
  to,
  from: { kind: "link", target: posix.relative(posix.dirname(to), `${PRIVATE}/${program}`) },
  mode: 0o755,
});

/** koffi as it is loaded, without its sources and its parts for other systems and for musl. */
function koffi(arch: Place["arch"]): readonly PackagedFile[] {
  const native = `@koromix/koffi-linux-${arch}`;
  const one = (path: string): PackagedFile => ({
    to: `${PRIVATE}/node_modules/${path}`,
    from: { kind: "module", path },
    mode: 0o644,
  });
  return [
    one("koffi/package.json"),
    one("koffi/index.cjs"),
    one("koffi/src/koffi/index.cjs"),
    one("koffi/src/koffi/src/static.cjs"),
    one(`${native}/package.json`),
    one(`${native}/index.js`),
    { ...one(`${native}/linux_${arch}/koffi.node`), strip: true },
  ];
}

export function packagedFiles({ name, arch }: Place): readonly PackagedFile[] {
  const doc = `/usr/share/doc/${name}`;
  return [
    ...PROGRAMS.map(
      (program): PackagedFile => ({
        to: `${PRIVATE}/${program}`,
        from: { kind: "program", name: program },
        mode: 0o755,
      }),
    ),
    // Says that the programs are CommonJS, and ends Node's search for that.
    { to: `${PRIVATE}/package.json`, from: { kind: "built", path: "package.json" }, mode: 0o644 },
    ...koffi(arch),
    {
      to: `${PRIVATE}/bin/node`,
      from: { kind: "runtime", path: "bin/node" },
      mode: 0o755,
      only: "runtime",
      strip: true,
    },
    ...Object.entries(COMMANDS).map(([to, program]) => link(to, program)),
    {
      to: "/usr/share/man/man8/mount.fuse.pohmelfs.8.gz",
      from: { kind: "link", target: "mount.pohmelfs.8.gz" },
      mode: 0o755,
    },
    {
      to: "/usr/share/pohmelfs/pohmelfs.schema.json",
      from: { kind: "project", path: "config-schema/pohmelfs.schema.json" },
      mode: 0o644,
    },
    {
      to: "/usr/lib/sysusers.d/pohmelfs.conf",
      from: { kind: "project", path: "packaging/sysusers.conf" },
      mode: 0o644,
    },
    { to: `${doc}/copyright`, from: { kind: "project", path: "packaging/debian/copyright" }, mode: 0o644 },
    { to: `${doc}/changelog.gz`, from: { kind: "changelog" }, mode: 0o644, gzip: true },
    {
      to: `${doc}/licence-of-node.txt.gz`,
      from: { kind: "runtime", path: "LICENSE" },
      mode: 0o644,
      only: "runtime",
      gzip: true,
    },
  ];
}

export function packagedFolders({ name }: Place): readonly PackagedFolder[] {
  const completions = { kind: "built", path: "completions" } as const;
  return [
    { from: { kind: "project", path: "examples" }, names: /[.]yaml$/, to: `/usr/share/doc/${name}/examples/` },
    { from: { kind: "built", path: "man" }, names: /[.]([1-8])$/, to: "/usr/share/man/man$1/", gzip: true },
    {
      from: { ...completions, path: "completions/bash" },
      names: /^[a-z]+$/,
      to: "/usr/share/bash-completion/completions/",
    },
    // Each looks in a folder of its own for what packages bring.
    {
      from: { ...completions, path: "completions/zsh" },
      names: /^_[a-z]+$/,
      to: "/usr/share/zsh/vendor-completions/",
      only: "deb",
    },
    {
      from: { ...completions, path: "completions/zsh" },
      names: /^_[a-z]+$/,
      to: "/usr/share/zsh/site-functions/",
      only: "rpm",
    },
    {
      from: { ...completions, path: "completions/fish" },
      names: /[.]fish$/,
      to: "/usr/share/fish/vendor_completions.d/",
    },
  ];
}
