# Mounts before servers. One that cannot be stopped is a reason to end here, as long as nothing is lost.
wants=/run/systemd/generator/pohmelfs.target.wants
if [ -d /run/systemd/system ] && [ -d "$wants" ]; then
  for link in "$wants"/*.automount "$wants"/*.mount; do
    [ -L "$link" ] || continue
    unit=${link##*/}
    systemctl stop "$unit" || {
      echo "pohmelfs: $unit cannot be stopped: 'systemctl status $unit' tells why" >&2
      exit 1
    }
  done
  systemctl stop pohmelfs.target 'pohmelfs-mount@*.service' 'pohmelfs-server@*.service'
fi
# What is being tried stays as it is: nobody is left to bring the old file back.
if [ -d /run/systemd/system ]; then
  systemctl --quiet stop pohmelfs-try.timer 2>/dev/null || true
fi
rm -f /etc/systemd/system/pohmelfs-try.service /etc/systemd/system/multi-user.target.wants/pohmelfs-try.service
rm -f /var/lib/pohmelfs/try.json /var/lib/pohmelfs/try.reverting.json
# Others, from fstab or by hand, are not ours to end: their daemons do without the package, and umount(8) too.
if command -v findmnt >/dev/null; then
  findmnt --noheadings --types fuse.pohmelfs --output TARGET 2>/dev/null | sed 's/^/pohmelfs: still mounted: /' >&2 || true
fi
