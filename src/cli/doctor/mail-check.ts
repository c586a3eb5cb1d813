import type { Config, SmtpServer } from '../../config.ts';
import { type CheckOutcome, failed, ok } from '../../health/check-result.ts';
import { Mailer } from '../../notifications/mailer.ts';
import type { Check } from './check.ts';

/** Checks that the mail server accepts us: it connects, encrypts and logs in, but sends nothing. None without SMTP_URL. */
export function mailChecks({ notify: { smtp } }: Config): Check[] {
  return smtp ? [{ name: 'mail server', run: () => mailFinding(smtp) }] : [];
}

async function mailFinding(smtp: SmtpServer): Promise<CheckOutcome> {
  const mailer = new Mailer(smtp);
  const { delivered, status, reason } = await mailer.verify();
  mailer.close();
  if (delivered) return ok(`${smtp.host}:${smtp.port} accepts mail${smtp.user === null ? '' : ` of ${smtp.user}`}`);
  return failed(reason ?? 'no answer', fixOf(status, reason ?? ''));
}

function fixOf(status: number | null, reason: string): string {
  if (status === 535 || status === 534 || status === 530)
    return 'fix user and password in SMTP_URL (percent-encoded; many providers require an app password)';
  if (/certificate|self.signed/i.test(reason))
    return 'the server’s certificate is not trusted: use the name that it is for, or set NODE_EXTRA_CA_CERTS to the file of your authority';
  if (/wrong version number|STARTTLS|greeting/i.test(reason))
    return 'use smtps:// with port 465, and smtp:// with port 587';
  return 'check host and port in SMTP_URL, and whether a firewall lets this machine reach it';
}
