import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  to: string[];
  from: string;
  /** Headers and body as they came. */
  raw: string;
  subject: string;
  text: string;
  encrypted: boolean;
  user: string | null;
}

/** A real mail server on this machine. */
export interface MailServer {
  port: number;
  mails: ReceivedMail[];
  /** What the next mails are answered instead of 250. */
  refuse: { code: number; message: string }[];
  stop(): Promise<void>;
}

/** @param login the one user and password that are let in; left out: anybody */
export async function startMailServer(login?: { user: string; password: string }): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const refuse: MailServer['refuse'] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: !login,
    onAuth: (auth, _session, callback) => {
      if (auth.username === login?.user && auth.password === login?.password) callback(null, { user: auth.username });
      else callback(Object.assign(new Error('5.7.8 wrong user or password'), { responseCode: 535 }));
    },
    onData: async (stream, session, callback) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const wrong = refuse.shift();
      if (wrong) return callback(Object.assign(new Error(wrong.message), { responseCode: wrong.code }));
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({
        to: rcptTo.map(({ address }) => address),
        from: mailFrom ? mailFrom.address : '',
        encrypted: session.secure === true,
        user: session.user ?? null,
        ...readMail(Buffer.concat(chunks).toString()),
      });
      callback();
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    refuse,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function readMail(raw: string): Pick<ReceivedMail, 'raw' | 'subject' | 'text'> {
  const cut = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, cut).replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const body = raw.slice(cut + 4);
  const encoding = header('Content-Transfer-Encoding').trim().toLowerCase();
  const text = encoding === 'base64' ? Buffer.from(body, 'base64').toString() : quoted(body, encoding);
  return {
    raw,
    subject: header('Subject')
      .replaceAll(/\?=\s+=\?/g, '?==?')
      .replaceAll(/=\?utf-8\?([bq])\?(.*?)\?=/gi, decodedWord),
    text,
  };
}

function quoted(body: string, encoding: string): string {
  return encoding === 'quoted-printable' ? fromHex(body.replaceAll('=\r\n', '')) : body;
}

function decodedWord(_all: string, kind: string, word: string): string {
  return kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : fromHex(word.replaceAll('_', ' '));
}

function fromHex(text: string): string {
  const bytes = text.replaceAll(/=([\dA-F]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
