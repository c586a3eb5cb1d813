import { hostname } from 'node:os';
import { createTransport, type Transporter } from 'nodemailer';
import { isLoopback } from '../config/setting.ts';
import type { SmtpServer } from '../config/smtp-url.ts';

/** Time limit of each step of a delivery, ms. */
const STEP_MS = 10_000;
const MAX_SAID = 200;

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same for each attempt, so that a mailbox can drop a duplicate. */
  id: string;
}

/** `status` is the code of the server's answer; null: no answer. */
export type MailResult = { delivered: boolean; status: number | null; reason: string | null };

/** Sends mails, each over its own connection. */
export class Mailer {
  readonly #server: SmtpServer;
  readonly #transport: Transporter;
  readonly #from: string;

  constructor(server: SmtpServer) {
    const { host, port, secure, user, password } = server;
    const local = isLoopback(host);
    this.#server = server;
    this.#from = senderOf(server);
    this.#transport = createTransport({
      ...{ host, port, secure, connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS },
      ...(user === null ? {} : { auth: { user, pass: password?.reveal() ?? '' } }),
      // A password leaves this machine only encrypted. On this machine there is no certificate to check.
      requireTLS: user !== null && !secure && !local,
      tls: { rejectUnauthorized: !local },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
  }

  /** Never rejects: any error is a failed delivery. */
  async send({ to, subject, text, id }: Mail): Promise<MailResult> {
    const from = { name: 'livestream-scheduler', address: this.#from };
    const messageId = `<${id}@livestream-scheduler>`;
    const headers = { 'Auto-Submitted': 'auto-generated' };
    try {
      const { response } = await this.#transport.sendMail({ from, to, subject, text, messageId, headers });
      return { delivered: true, status: codeOf(response ?? ''), reason: null };
    } catch (error) {
      return { delivered: false, ...this.#failure(error) };
    }
  }

  /** Connects, encrypts and logs in, but sends nothing. */
  async verify(): Promise<MailResult> {
    try {
      await this.#transport.verify();
      return { delivered: true, status: null, reason: null };
    } catch (error) {
      return { delivered: false, ...this.#failure(error) };
    }
  }

  close(): void {
    this.#transport.close();
  }

  /** The server's own words if it answered; never the password. */
  #failure(error: unknown): { status: number | null; reason: string } {
    const { message, response, responseCode } = error as Error & { response?: string; responseCode?: number };
    const said = (response ?? message ?? String(error)).replace(/\s+/g, ' ').slice(0, MAX_SAID);
    const { password, host, port } = this.#server;
    const secrets = password ? [password.reveal(), Buffer.from(password.reveal()).toString('base64')] : [];
    const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), said);
    const reason = response ? `${host} answered ${clean}` : `no mail to ${host}:${port}: ${clean}`;
    return { status: responseCode ?? null, reason };
  }
}

function senderOf({ from, user }: SmtpServer): string {
  return from ?? (user?.includes('@') ? user : `livestream-scheduler@${hostname()}`);
}

function codeOf(response: string): number | null {
  const code = Number(response.slice(0, 3));
  return Number.isInteger(code) && code > 0 ? code : null;
}
