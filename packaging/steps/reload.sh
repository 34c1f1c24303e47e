# The generator of this version makes the units; nothing is started, stopped or started again.
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload || true
fi
