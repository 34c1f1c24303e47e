import { CACHE_SIZES, isAllowed, type CacheSize } from "../../../config-schema/cache.ts";
import { sizeBytes, sizeText } from "../../../config-schema/size.ts";

/** What has been asked for so far, while the words are read from left to right: a later one overrides. */
export type Draft = {
  /** Slot (`access`, `dev`, …) → the word for the kernel, or "" for its default. */
  readonly flags: Map<string, string>;
  netdev: boolean;
  transport: "kernel" | "fuse-native";
  xattr: boolean;
  lock: boolean;
  /** Undefined: as the configuration says. */
  syncOnClose: boolean | undefined;
  readonly cache: Map<CacheSize["field"], number>;
  debug: boolean;
  foreground: boolean;
  managed: boolean;
  remount: boolean;
  config: string | undefined;
  index: number | undefined;
  logFile: string | undefined;
};

/** What is done with one option of `-o`. */
export type OptionRow =
  /** Honoured; takes no value. */
  | { readonly kind: "word"; readonly purpose: string; readonly apply: (draft: Draft) => void }
  /** Honoured; `apply` returns what is wrong with the value. */
  | {
      readonly kind: "value";
      readonly purpose: string;
      readonly example: string;
      readonly apply: (draft: Draft, value: string) => string | undefined;
    }
  /** Means something to mount(8), fstab or systemd, and nothing to a helper. */
  | { readonly kind: "elsewhere"; readonly purpose: string }
  | { readonly kind: "refused"; readonly because: string };

/** A flag of the kernel's VFS. `slot` holds one word; the empty one is the kernel's default. */
const flag = (slot: string, word: string, purpose: string): OptionRow => ({
  kind: "word",
  purpose,
  apply: (draft) => {
    draft.flags.set(slot, word);
  },
});
const word = (purpose: string, apply: (draft: Draft) => void): OptionRow => ({ kind: "word", purpose, apply });
const elsewhere = (purpose: string): OptionRow => ({ kind: "elsewhere", purpose });
const refused = (because: string): OptionRow => ({ kind: "refused", because });
const value = (
  example: string,
  purpose: string,
  apply: (draft: Draft, text: string) => string | undefined,
): OptionRow => ({
  kind: "value",
  purpose,
  example,
  apply,
});

/** mount(8): `user` and its like imply these unless later words override them. */
const restrict = (...slots: readonly ("dev" | "suid" | "exec")[]) =>
  word("implies nodev, nosuid (and noexec), as in mount(8); mounting itself is for root", (draft) => {
    for (const slot of slots) draft.flags.set(slot, `no${slot}`);
  });

const anyUser = restrict("exec", "suid", "dev");
const ownerOnly = restrict("suid", "dev");
const alwaysSo = (purpose: string) => word(purpose, () => {});
const onFsync = refused("programs that need their data on the disk call fsync(2), which waits for every copy");
const noLabels = refused("labels of SELinux are not kept");
const onServers = refused("quotas are those of the exports, set on the servers");
const inTheFile = refused("timeouts are set in the configuration, under 'timeouts'");
const noAccessTimes = refused("reading leaves access times alone in this version; leave the option out");
const notFuse = refused("the kernel has no such thing for FUSE file systems");

/** A size of the cache, by the name that it has in the configuration. */
const cacheSize = (size: CacheSize, example: string, purpose: string): [string, OptionRow] => {
  const name = `cache.${size.key}`;
  const apply = (draft: Draft, text: string): string | undefined => {
    const bytes = sizeBytes(text);
    if (bytes === undefined || !isAllowed(size, bytes)) {
      return `option '${name}' takes a size from ${sizeText(size.minBytes)} to ${sizeText(size.maxBytes)}, but was given '${text}'`;
    }
    draft.cache.set(size.field, bytes);
    return undefined;
  };
  return [name, value(`${name}=${example}`, `${purpose} (default: as the configuration says)`, apply)];
};
const [MEMORY, DIRTY, READAHEAD] = CACHE_SIZES;

/** The largest index: 4294967295 would mean "all groups" in the original's tools. */
const INDEX_MAX = 4_294_967_294;

/** All options that are known, and what each means. The order is that of `--help`. */
export const OPTIONS: ReadonlyMap<string, OptionRow> = new Map<string, OptionRow>([
  // --- our own ---
  [
    "config",
    value("config=/etc/pohmelfs.yaml", "the configuration", (draft, text) => {
      draft.config = text;
      return undefined;
    }),
  ],
  [
    "idx",
    value("idx=1", "index of the group; then SPEC is 'none', as in the original", (draft, text) => {
      const index = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (!(index <= INDEX_MAX)) return `option 'idx' takes a number from 0 to ${INDEX_MAX}, but was given '${text}'`;
      draft.index = index;
      return undefined;
    }),
  ],
  [
    "transport",
    value("transport=kernel", "kernel (default) or fuse-native: how the kernel is spoken to", (draft, text) => {
      if (text !== "kernel" && text !== "fuse-native") {
        return `option 'transport' takes kernel or fuse-native, but was given '${text}'`;
      }
      draft.transport = text;
      return undefined;
    }),
  ],
  [
    "log",
    value("log=/var/log/pohmelfs.log", "where the mount's daemon logs", (draft, text) => {
      draft.logFile = text;
      return undefined;
    }),
  ],
  [
    "noxattr",
    word("offer no extended attributes and no ACLs", (draft) => {
      draft.xattr = false;
    }),
  ],
  [
    "xattr",
    word("offer extended attributes and ACLs (default)", (draft) => {
      draft.xattr = true;
    }),
  ],
  [
    "nolock",
    word("locks are this host's own", (draft) => {
      draft.lock = false;
    }),
  ],
  [
    "lock",
    word("locks reach across clients (default)", (draft) => {
      draft.lock = true;
    }),
  ],
  [
    "sync-on-close",
    word("close(2) of a file that was written waits until it is on the disk of every server", (draft) => {
      draft.syncOnClose = true;
    }),
  ],
  [
    "nosync-on-close",
    word("it does not (default: as the configuration says)", (draft) => {
      draft.syncOnClose = false;
    }),
  ],
  cacheSize(MEMORY, "512MiB", "most memory for what is remembered of names, attributes and data"),
  cacheSize(DIRTY, "64MiB", "most bytes of changes that not all servers have yet"),
  cacheSize(READAHEAD, "4MiB", "most bytes that are fetched ahead of a reader"),
  [
    "debug",
    word("log every request", (draft) => {
      draft.debug = true;
    }),
  ],
  [
    "foreground",
    word("do not return: run the daemon here, logging to stderr", (draft) => {
      draft.foreground = true;
    }),
  ],
  [
    "managed",
    word("in units: the mount's service mounts; wait until it has", (draft) => {
      draft.managed = true;
    }),
  ],
  [
    "remount",
    word("of a mount that systemd made: other flags, and the configuration is read again", (draft) => {
      draft.remount = true;
    }),
  ],
  // --- the kernel's VFS: mount(2), mount(8) "FILESYSTEM-INDEPENDENT MOUNT OPTIONS" ---
  ["ro", flag("access", "ro", "read-only")],
  ["rw", flag("access", "rw", "read-write (default)")],
  ["nodev", flag("dev", "nodev", "device nodes are not devices here")],
  ["dev", flag("dev", "", "device nodes are devices (default)")],
  ["nosuid", flag("suid", "nosuid", "set-user-ID, set-group-ID and file capabilities have no effect")],
  ["suid", flag("suid", "", "they have (default)")],
  ["noexec", flag("exec", "noexec", "no programs are started from here")],
  ["exec", flag("exec", "", "they are (default)")],
  ["noatime", flag("atime", "noatime", "reading leaves access times alone (always so)")],
  ["nodiratime", flag("diratime", "nodiratime", "the same for directories (always so)")],
  ["norelatime", alwaysSo("reading leaves access times alone (always so)")],
  ["nostrictatime", alwaysSo("reading leaves access times alone (always so)")],
  ["nosymfollow", flag("symfollow", "nosymfollow", "symbolic links are not followed here")],
  ["symfollow", flag("symfollow", "", "they are (default)")],
  [
    "defaults",
    word("rw, suid, dev, exec, async", (draft) => {
      for (const slot of ["dev", "suid", "exec"]) draft.flags.set(slot, "");
      draft.flags.set("access", "rw");
    }),
  ],
  ["async", alwaysSo("writes return when every copy has them, not when they are on the disks (always so)")],
  [
    "_netdev",
    word("the network is needed: systemd orders the mount after it", (draft) => {
      draft.netdev = true;
    }),
  ],
  ["user", anyUser],
  ["users", anyUser],
  ["owner", ownerOnly],
  ["group", ownerOnly],
  ["allow_other", alwaysSo("every user may enter, with the rights that the files give (always so)")],
  ["default_permissions", alwaysSo("the kernel checks permissions (always so)")],
  // --- for others ---
  ["nofail", elsewhere("boot goes on without it")],
  ["noauto", elsewhere("not mounted by 'mount -a'")],
  ["auto", elsewhere("mounted by 'mount -a'")],
  ["nouser", elsewhere("only root mounts it")],
  ["noowner", elsewhere("only root mounts it")],
  ["nogroup", elsewhere("only root mounts it")],
  ["comment", elsewhere("a remark in fstab")],
  // --- what cannot be had ---
  ["sync", onFsync],
  ["dirsync", onFsync],
  ["atime", noAccessTimes],
  ["relatime", noAccessTimes],
  ["strictatime", noAccessTimes],
  ["diratime", noAccessTimes],
  ["lazytime", notFuse],
  ["mand", notFuse],
  ["iversion", notFuse],
  ["usrquota", onServers],
  ["grpquota", onServers],
  ["context", noLabels],
  ["fscontext", noLabels],
  ["defcontext", noLabels],
  ["rootcontext", noLabels],
  ["fsname", refused("it is the name of the group")],
  ["subtype", refused("it is pohmelfs")],
  ["trans_retries", inTheFile],
  ["trans_scan_timeout", inTheFile],
  ["drop_scan_timeout", inTheFile],
  ["wait_on_page_timeout", inTheFile],
  ["mcache_timeout", inTheFile],
]);
