/** Describes errors of the operating system. They come from outside and are not bugs of this program. */

export interface SystemErrorText {
  detail: string;
  advice: string[];
}

const WORDS: Readonly<Record<string, { what: string; advice: string }>> = {
  EACCES: {
    what: 'permission denied',
    advice: 'give this user access to it, or set another DATA_DIR',
  },
  EPERM: {
    what: 'permission denied',
    advice: 'give this user access to it, or set another DATA_DIR',
  },
  EROFS: { what: 'the file system is read-only', advice: 'set DATA_DIR to a writable folder' },
  ENOSPC: { what: 'the disk is full', advice: 'free some space, or set another DATA_DIR' },
  EDQUOT: { what: 'the disk quota is used up', advice: 'free some space, or set another DATA_DIR' },
  EEXIST: { what: 'something with that name already exists', advice: 'move it, or set another DATA_DIR' },
  ENOENT: { what: 'no such file or folder', advice: 'check the path' },
  ENOTDIR: { what: 'a part of the path is a file, not a folder', advice: 'check the path' },
  EISDIR: { what: 'that is a folder', advice: 'name a file' },
  ENAMETOOLONG: { what: 'the path is too long', advice: 'name a shorter one' },
  EMFILE: { what: 'too many files are open', advice: 'raise the limit of open files (ulimit -n)' },
  ENFILE: { what: 'too many files are open on this machine', advice: 'raise the limit of open files' },
  ENOMEM: { what: 'the machine is out of memory', advice: 'add memory, or stop other programs' },
};

const LISTENING: Readonly<Record<string, (port: string, host: string) => string>> = {
  EADDRINUSE: (port, host) => `port ${port} of ${host} is in use`,
  EACCES: (port, host) => `this user is not allowed to listen on port ${port} of ${host}`,
  EADDRNOTAVAIL: (_port, host) => `this machine has no address ${host}`,
  ENOTFOUND: (_port, host) => `there is no host ${host}`,
  EAI_AGAIN: (_port, host) => `the name ${host} cannot be resolved`,
};

interface NodeError extends Error {
  code?: string;
  syscall?: string;
  path?: string;
  dest?: string;
  address?: string;
  hostname?: string;
  port?: number;
}

/** Null: not an error of the operating system. */
export function systemErrorText(error: unknown): SystemErrorText | null {
  const { code = '', syscall, path, address, hostname, port } = error as NodeError;
  if (!(error instanceof Error) || syscall === undefined) return null;
  const listening = LISTENING[code];
  if (listening && (syscall === 'listen' || syscall === 'getaddrinfo' || syscall === 'bind')) {
    const detail = `${listening(String(port ?? ''), address ?? hostname ?? 'this machine')} (${code})`;
    return { detail, advice: ['choose another with --host and --port, or stop the program that uses it'] };
  }
  const words = WORDS[code];
  const where = path === undefined ? syscall : `${path} (${syscall})`;
  if (!words) return path === undefined ? null : { detail: `${where}: ${code}`, advice: [] };
  return { detail: `${where}: ${words.what} (${code})`, advice: [words.advice] };
}
