/**
 * A TCP port that passes everything on to another one; what comes back takes longer. A process, since whoever uses a mount
 * must not be the one that the mount waits for. Arguments: the other port, whole milliseconds; prints its own port.
 */
import { type AddressInfo, connect, createServer } from "node:net";

const [to = 0, delayMs = 0] = process.argv.slice(2).map(Number);
const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: to, host: "127.0.0.1", noDelay: true });
  for (const socket of [near, far]) {
    socket.on("error", () => {});
    socket.on("close", () => {
      near.destroy();
      far.destroy();
    });
  }
  near.pipe(far);
  // Timers of the same length fire in the order in which they were set.
  far.on("data", (chunk) => setTimeout(() => near.write(chunk), delayMs));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
