/** What the operating system refuses, in words: such an error comes from outside and is no fault of this program. */

export interface SystemErrorText {
  detail: string;
  advice: string[];
}

const WORDS: Readonly<Record<string, { what: string; advice: string }>> = {
  EACCES: {
    what: 'this user may not do that',
    advice: 'give this user the right to it, or name another place (DATA_DIR)',
  },
  EPERM: {
    what: 'this user may not do that',
    advice: 'give this user the right to it, or name another place (DATA_DIR)',
  },
  EROFS: { what: 'the file system is read-only', advice: 'name a place that can be written (DATA_DIR)' },
  ENOSPC: { what: 'the disk is full', advice: 'make room on it, or name another place (DATA_DIR)' },
  EDQUOT: { what: 'the disk quota is used up', advice: 'make room, or name another place (DATA_DIR)' },
  EEXIST: { what: 'something else has that name', advice: 'move it away, or name another place (DATA_DIR)' },
  ENOENT: { what: 'there is no such file or folder', advice: 'check the path' },
  ENOTDIR: { what: 'a part of the path is a file, not a folder', advice: 'check the path' },
  EISDIR: { what: 'that is a folder', advice: 'name a file' },
  ENAMETOOLONG: { what: 'the path is too long', advice: 'name a shorter one' },
  EMFILE: { what: 'too many files are open', advice: 'raise the limit of open files (ulimit -n)' },
  ENFILE: { what: 'too many files are open on this machine', advice: 'raise the limit of open files' },
  ENOMEM: { what: 'the machine is out of memory', advice: 'give it more memory, or end what else runs' },
};

const LISTENING: Readonly<Record<string, (port: string, host: string) => string>> = {
  EADDRINUSE: (port, host) => `port ${port} of ${host} is in use`,
  EACCES: (port, host) => `this user may not listen on port ${port} of ${host}`,
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

/** Null when the error is not one of the operating system. */
export function systemErrorText(error: unknown): SystemErrorText | null {
  const { code = '', syscall, path, address, hostname, port } = error as NodeError;
  if (!(error instanceof Error) || syscall === undefined) return null;
  const listening = LISTENING[code];
  if (listening && (syscall === 'listen' || syscall === 'getaddrinfo' || syscall === 'bind')) {
    const detail = `${listening(String(port ?? ''), address ?? hostname ?? 'this machine')} (${code})`;
    return { detail, advice: ['give another with --host and --port, or end what uses it'] };
  }
  const words = WORDS[code];
  const where = path === undefined ? syscall : `${path} (${syscall})`;
  if (!words) return path === undefined ? null : { detail: `${where}: ${code}`, advice: [] };
  return { detail: `${where}: ${words.what} (${code})`, advice: [words.advice] };
}
