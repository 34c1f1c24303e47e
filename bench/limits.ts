/**
 * What no file system of this kind can do faster on this machine, to hold figures against: a message there and back over
 * the loopback address between two processes that block, a small record made durable, a MiB put into fresh page cache.
 *
 *     node --import tsx bench/limits.ts
 */
import { rmSync } from "node:fs";
import { freshFolder } from "./fresh-folder.ts";
import { generate } from "./peers/generator.ts";

const PROGRAM = `
import socket
def median(work, count):
    times = []
    for at in range(count):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return sorted(times)[count // 2] * 1e6

listening = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    peer = socket.create_connection(listening.getsockname())
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := peer.recv(4096): peer.send(data)
    os._exit(0)
peer, _ = listening.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
message = b"x" * 100
def echo():
    peer.send(message)
    peer.recv(4096)
F["echo over loopback"] = median(echo, 5000)
peer.close()
os.wait()

record, piece = os.urandom(300), os.urandom(1 << 20)
log = os.open("log", os.O_WRONLY | os.O_CREAT, 0o600)
def durable():
    os.write(log, record)
    os.fdatasync(log)
F["300 bytes at a file's end, fdatasync"] = median(durable, 300)
os.write(log, piece)
os.fsync(log)
os.lseek(log, 0, os.SEEK_SET)
F["300 bytes over older ones, fdatasync"] = median(durable, 300)
large = os.open("large", os.O_WRONLY | os.O_CREAT, 0o600)
F["1 MiB into a new file"] = median(lambda: os.write(large, piece), 200)
`;

const folder = freshFolder();
try {
  for (const [what, us] of await generate(PROGRAM, folder))
    console.log(`${what.padEnd(40)}${us.toFixed(1).padStart(10)} µs`);
} finally {
  rmSync(folder, { recursive: true });
}
