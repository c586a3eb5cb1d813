import { closeSync, fstatSync, futimesSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/**
 * How a process shows that it is alive to others that share its folder but cannot see its process id: a socket that its
 * kernel answers for even while it is stopped or busy, and a file that it touches, for other kernels.
 */
export interface ProofOfLife {
  /** Name of the socket in the folder; null if there cannot be one. */
  socket: string | null;
  /** Touches the file. @param at now, ms: a mark that changes, compared with no clock */
  beat(at: number): void;
  /** Safe to call twice. */
  end(): void;
}

/** Limit of a socket's path: 108 bytes on Linux, 104 on macOS, with the closing zero. */
const MAX_SOCKET_PATH = 100;
const CONNECT_MS = 2_000;

/** @param file is created, and touched from then on, even if it is renamed later */
export async function showLife(folder: string, name: string, file: string): Promise<ProofOfLife> {
  const descriptor = openSync(file, 'w', 0o600);
  let near: Near | null = null;
  let server: Server | null = null;
  try {
    near = nearPath(folder, name);
    server = await listening(near.path);
  } catch {
    // Some shared folders cannot hold a socket: then the beat alone must do.
    near?.close();
    near = null;
  }
  let ended = false;
  return {
    socket: server ? name : null,
    beat: (at) => {
      if (ended) return;
      try {
        futimesSync(descriptor, at / 1_000, at / 1_000);
      } catch {
        // The file system is away for now: the next beat tries again.
      }
    },
    end: () => {
      if (ended) return;
      ended = true;
      closeSync(descriptor);
      server?.close();
      rmSync(join(folder, name), { force: true });
      near?.close();
    },
  };
}

/** `unknown` if this kernel cannot say: the socket is not there, or not for us. */
export async function isShowingLife(folder: string, name: string): Promise<'yes' | 'no' | 'unknown'> {
  const near = nearPath(folder, name);
  try {
    return await new Promise((resolve) => {
      const socket = connect(near.path);
      const done = (answer: 'yes' | 'no' | 'unknown') => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(CONNECT_MS, () => done('unknown'));
      socket.once('connect', () => done('yes'));
      socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED' ? 'no' : 'unknown'));
    });
  } finally {
    near.close();
  }
}

/** Changes with every beat. Reopened each time, so that a network file system asks its server. */
export function beatOf(file: string): number | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return fstatSync(descriptor).mtimeMs;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

interface Near {
  path: string;
  close(): void;
}

/** A path that is short enough for a socket, through an open folder where it must be (Linux). */
function nearPath(folder: string, name: string): Near {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return { path, close: () => {} };
  if (process.platform !== 'linux') throw new Error('the path is too long for a socket');
  const descriptor = openSync(folder, 'r');
  let open = true;
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return { path: `/proc/self/fd/${descriptor}/${name}`, close };
}

function listening(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve(server);
    });
  });
}
