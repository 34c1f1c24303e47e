# Who upgrades decides when: a server that is away keeps changes waiting, and all hosts may be upgraded at once.
if [ -d /run/systemd/system ] && systemctl --quiet is-active 'pohmelfs-server@*' 'pohmelfs-mount@*'; then
  echo "pohmelfs: what runs keeps its version until it is started again, one host after the other:"
  echo "    systemctl restart 'pohmelfs-server@*' 'pohmelfs-mount@*'"
fi
