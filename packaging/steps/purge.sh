# What the programs have kept for themselves. Not the administrator's own: /etc/pohmelfs.yaml, /etc/pohmelfs.d, exports.
rm -rf /etc/pohmelfs.last-good /var/lib/pohmelfs/generations
if [ -d /var/lib/pohmelfs ]; then
  rmdir --ignore-fail-on-non-empty /var/lib/pohmelfs
fi
