import { Secret } from '../secrets/secret.ts';

/** The mail server of SMTP_URL. */
export interface SmtpServer {
  host: string;
  port: number;
  /** `smtps://`: TLS from the first byte. Otherwise STARTTLS where the server offers it. */
  secure: boolean;
  user: string | null;
  password: Secret | null;
  /** Sender of the mails; null: made of the user or the host name. */
  from: string | null;
}

const PORT = 587;
const SECURE_PORT = 465;
const EXPECTED =
  'smtp:// or smtps:// with a host, such as smtp://user:password@mail.example.org:587?from=livestream@example.org';

/** Null, with the reason, when it is not such an address. The reason never shows the password. */
export function readSmtpUrl(text: string): SmtpServer | string {
  if (!/^smtps?:\/\//i.test(text) || /\s/.test(text) || !URL.canParse(text)) return `expected ${EXPECTED}`;
  const url = new URL(text);
  if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/')) return `expected ${EXPECTED}`;
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'from');
  if (unknown.length > 0) return `unknown parameter ${unknown.join(', ')} (valid: from); expected ${EXPECTED}`;
  const from = url.searchParams.get('from');
  if (from !== null && !/^[^\s@<>]+@[^\s@<>]+$/.test(from)) return `from= must be a mail address; expected ${EXPECTED}`;
  try {
    const password = decodeURIComponent(url.password);
    const secure = url.protocol === 'smtps:';
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (secure ? SECURE_PORT : PORT) : Number(url.port),
      secure,
      user: url.username === '' ? null : decodeURIComponent(url.username),
      password: password === '' ? null : new Secret(password),
      from,
    };
  } catch {
    return `user and password must be percent-encoded; expected ${EXPECTED}`;
  }
}
