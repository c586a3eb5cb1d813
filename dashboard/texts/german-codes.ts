/** What each stable error code means, in German. A code in the API description without a text here is a compile error. */

import type { components } from '../../src/client/index.ts';

type Schemas = components['schemas'];

export const GERMAN_ERRORS: Record<Schemas['Problem']['code'], string> = {
  validation_failed: 'Eine Angabe ist ungültig',
  malformed_json: 'Die Anfrage ist kein gültiges JSON',
  malformed_request: 'Das ist keine HTTP-Anfrage',
  account_required: 'Das Zoom-Konto fehlt: Es gibt mehrere',
  unauthorized: 'Ein gültiger API-Schlüssel ist nötig',
  signature_invalid: 'Die Signatur ist ungültig',
  forbidden: 'Dieser Schlüssel darf das nicht',
  outside_limits: 'Das liegt außerhalb dessen, was dieser Schlüssel darf',
  host_refused: 'Dieser Hostname ist nicht erlaubt',
  not_found: 'Das gibt es nicht (mehr)',
  method_not_allowed: 'Das ist an dieser Adresse nicht möglich',
  overlap: 'Eine andere Sendung dieses Meetings überschneidet sich damit',
  name_taken: 'Dieser Name ist vergeben',
  too_late: 'Dafür ist es zu spät',
  request_in_flight: 'Gerade ist eine Anfrage an Zoom unterwegs: Versuchen Sie es gleich noch einmal',
  not_live: 'Die Sendung ist nicht auf Sendung',
  not_retryable: 'Nur verpasste und fehlgeschlagene Sendungen lassen sich noch einmal versuchen',
  finished: 'Die Sendung ist vorbei',
  no_stop: 'Die Sendung hat kein geplantes Ende',
  paused: 'Eine Pause hält den Start zurück',
  too_many_pauses: 'Es gibt zu viele Pausen',
  stop_in_past: 'Das Ende liegt in der Vergangenheit',
  other_installation: 'Dieser Speicher gehört zu einem anderen Zoom',
  other_shards: 'Diese Installation hat eine andere Zahl von Shards',
  count_differs: 'Inzwischen sind es mehr oder weniger Sendungen. Sehen Sie noch einmal nach',
  in_use: 'Es wird noch gebraucht',
  limit_reached: 'Mehr davon sind nicht möglich',
  source_busy: 'Diese Quelle wird gerade abgeglichen',
  conflict: 'Jemand anderes hat gleichzeitig etwas geändert: Versuchen Sie es noch einmal',
  request_timeout: 'Die Anfrage kam nicht rechtzeitig an',
  precondition_failed: 'Jemand anderes hat es inzwischen geändert',
  body_too_large: 'Das ist zu groß',
  unsupported_media_type: 'Dieses Format wird nicht angenommen',
  idempotency_key_reused: 'Dieser Idempotency-Key wurde schon für etwas anderes verwendet',
  too_many_matches: 'Das betrifft zu viele Sendungen auf einmal',
  too_many_requests: 'Zu viele Anfragen: Warten Sie einen Augenblick',
  headers_too_large: 'Die Adresse oder die Kopfzeilen sind zu lang',
  internal: 'Interner Fehler',
  source_unavailable: 'Die Quelle ist nicht lesbar',
  not_ready: 'Der Dienst ist noch nicht bereit',
  redis_refuses_writes: 'Redis nimmt nichts an: Nichts wurde gespeichert',
  redis_unavailable: 'Redis ist nicht erreichbar',
};

export const GERMAN_ALERTS: Record<Schemas['Alert']['code'], { message: string; advice: string }> = {
  late_start: {
    message: 'Sie ist nicht pünktlich auf Sendung gegangen.',
    advice: 'Ihr Verlauf zeigt, worauf sie wartet.',
  },
  unconfirmed: {
    message: 'Zoom hat den Start angenommen, aber nicht bestätigt, dass der Stream läuft.',
    advice: 'Sehen Sie nach, ob der Stream läuft. Im Verlauf steht, was Zoom geantwortet hat.',
  },
  late_stop: {
    message: 'Sie ist nicht pünktlich gestoppt worden.',
    advice: 'Beenden Sie den Livestream im Zoom-Client; der Dienst versucht es weiter. Warum, zeigt der Verlauf.',
  },
  missed: {
    message: 'Sie ist nicht auf Sendung gegangen, solange der Start noch versucht wurde.',
    advice: 'Beheben Sie die Ursache. Dann: Noch einmal versuchen, oder auf jetzt verschieben.',
  },
  failed: {
    message: 'Sie konnte nicht auf Sendung gehen.',
    advice:
      'Beheben Sie die Ursache. Liegt der Start noch vor Ihnen, planen Sie sie neu zu dieser Zeit. Sonst: Noch einmal versuchen, oder auf jetzt verschieben.',
  },
  preflight: {
    message: 'So kann sie nicht auf Sendung gehen.',
    advice: 'Beheben Sie, was die Meldung nennt, und prüfen Sie dann noch einmal vorab.',
  },
  daily_limit: {
    message: 'Das Konto hat sein Tageslimit bei Zoom erreicht.',
    advice: 'Nach Mitternacht (UTC) geht es von selbst weiter. Größere Zoom-Tarife haben kein Tageslimit.',
  },
  no_worker: {
    message: 'Es läuft kein Worker: Nichts startet oder stoppt.',
    advice: 'Starten Sie einen: livestream worker. Was ihm fehlt, prüft: livestream doctor.',
  },
  clock: {
    message: 'Die Uhren stimmen nicht überein.',
    advice: 'Stellen Sie die Uhren mit NTP (timedatectl set-ntp true). Es geht von selbst weiter.',
  },
  source: {
    message: 'Einer Quelle wird nicht gefolgt.',
    advice: 'Sehen Sie unter Quellen nach, was ihr Abgleich täte, und gleichen Sie sie dort ab.',
  },
  versions: {
    message: 'Es laufen verschiedene Versionen.',
    advice: 'Bringen Sie alle Prozesse auf dieselbe Version.',
  },
};

/** Why Zoom rejects a start (or would), and other problems of a broadcast or a series, each with what to do. */
export const GERMAN_FINDINGS: Record<string, { message: string; advice: string }> = {
  invalid_meeting_id: {
    message: 'Zoom kennt diese Nummer nicht.',
    advice: 'Prüfen Sie die Nummer des Meetings.',
  },
  meeting_not_found: {
    message: 'Dieses Meeting gibt es in Zoom nicht (mehr).',
    advice: 'Prüfen Sie Nummer und Konto: Das Meeting wurde gelöscht, oder seine Nummer ist abgelaufen.',
  },
  user_not_in_account: {
    message: 'Der Gastgeber gehört nicht zu diesem Zoom-Konto.',
    advice: 'Wählen Sie das Zoom-Konto des Gastgebers, oder berichtigen Sie die Zugangsdaten des Kontos.',
  },
  user_not_found: {
    message: 'Den Gastgeber gibt es in Zoom nicht mehr.',
    advice: 'Prüfen Sie, wer Gastgeber dieses Meetings ist.',
  },
  user_not_allowed: {
    message: 'Der Gastgeber darf keine Meetings planen.',
    advice: 'Geben Sie dem Gastgeber eine Zoom-Lizenz (Pro oder höher).',
  },
  end_to_end_encrypted: {
    message: 'Das Meeting ist Ende-zu-Ende-verschlüsselt; Zoom kann es so nicht streamen.',
    advice: 'Stellen Sie seine Verschlüsselung in Zoom auf „erweitert“.',
  },
  scopes_missing: {
    message: 'Der Zoom-App fehlen Rechte (Scopes).',
    advice: 'Fügen Sie der App auf marketplace.zoom.us die Scopes zum Lesen der Meetings und für Livestreams hinzu.',
  },
  no_permission: {
    message: 'Die Zoom-App darf dieses Meeting nicht bearbeiten.',
    advice: 'Geben Sie der Rolle der App das Recht, Meetings und Webinare dieses Gastgebers zu bearbeiten.',
  },
  webinar_plan_missing: {
    message: 'Der Gastgeber hat keine Webinar-Lizenz.',
    advice: 'Geben Sie dem Gastgeber in Zoom eine Webinar-Lizenz.',
  },
  livestream_not_configured: {
    message: 'In Zoom ist nicht eingestellt, wohin der Stream geht.',
    advice: 'Stellen Sie dort den eigenen Livestreaming-Dienst ein, oder geben Sie der Sendung ein Ziel.',
  },
  livestream_not_enabled: {
    message: 'Livestreams sind in den Zoom-Einstellungen des Gastgebers nicht erlaubt.',
    advice: 'Schalten Sie dort „Livestreaming von Meetings erlauben“ mit „Eigener Livestreaming-Dienst“ ein.',
  },
  is_a_webinar: {
    message: 'Diese Nummer gehört zu einem Webinar.',
    advice: 'Ändern Sie die Art der Sendung in Webinar.',
  },
  is_a_meeting: {
    message: 'Diese Nummer gehört zu einem Meeting, nicht zu einem Webinar.',
    advice: 'Ändern Sie die Art der Sendung in Meeting.',
  },
  credentials_refused: {
    message: 'Zoom lehnt die Zugangsdaten ab.',
    advice: 'Prüfen Sie Konto-ID, Client-ID und Client-Secret dieses Zoom-Kontos.',
  },
  validation_failed: {
    message: 'Zoom hat Angaben dieser Sendung abgelehnt.',
    advice: 'Berichtigen Sie ihre Einstellungen oder ihr Ziel.',
  },
  refused: {
    message: 'Zoom hat es abgelehnt, ohne einen klaren Grund zu nennen.',
    advice: 'Prüfen Sie in Zoom, ob sich dieses Meeting zu einem eigenen Dienst streamen lässt.',
  },
  stop_given_up: {
    message: 'Der Stopp wurde aufgegeben.',
    advice: 'Beenden Sie den Livestream im Zoom-Client.',
  },
  time_differs: {
    message: 'In Zoom ist das Meeting zu einer anderen Zeit geplant.',
    advice: 'Berichtigen Sie eine von beiden. Sonst kommt der Gastgeber vielleicht zu spät.',
  },
  not_checked: {
    message: 'Das ließ sich nicht prüfen.',
    advice: 'Geben Sie der Zoom-App das Recht, es zu lesen.',
  },
  account_removed: {
    message: 'Kein Worker hat dieses Zoom-Konto mehr.',
    advice: 'Fügen Sie es wieder hinzu, oder geben Sie der Sendung ein anderes Konto.',
  },
  meeting_moved: {
    message: 'Das Meeting wurde in Zoom verschoben.',
    advice: 'Verschieben Sie die Sendung, oder lassen Sie sie, wie sie ist.',
  },
  other_service: {
    message: 'Auf dem Meeting läuft schon ein anderer Livestream.',
    advice: 'Ist das gewollt, ist nichts zu tun. Gestartet und gestoppt wird nur der eigene Livestream-Dienst.',
  },
  occurrence_deleted: {
    message: 'Der Termin wurde in Zoom gelöscht.',
    advice: 'Sagen Sie die Sendung ab, wenn sie ausfällt.',
  },
  mode_refused: {
    message: 'Zoom hat die Änderung des laufenden Streams abgelehnt.',
    advice: 'Ändern Sie es im Zoom-Client.',
  },
  overlap: {
    message: 'Ein Termin wurde nicht geplant: Eine andere Sendung überschneidet sich damit.',
    advice: 'Verschieben Sie die andere, oder lassen Sie diesen Termin aus.',
  },
  not_created: { message: 'Ein Termin wurde nicht geplant.', advice: 'Es wird jede Minute wieder versucht.' },
  not_changed: { message: 'Ein Termin wurde nicht geändert.', advice: 'Ändern Sie die Serie oder diese Sendung.' },
  calendar_missing: {
    message: 'Einen Kalender dieser Serie gibt es nicht: Für ihn wird nichts ausgelassen.',
    advice: 'Fügen Sie ihn hinzu, oder nehmen Sie ihn aus der Serie.',
  },
  rule_unusable: { message: 'Aus der Regel folgen keine Termine.', advice: 'Ändern Sie die Regel.' },
  too_late: {
    message: 'Ein Termin wurde nicht geändert: Nach dem neuen Plan hätte er schon begonnen.',
    advice: 'Starten Sie ihn selbst, wenn er jetzt laufen soll.',
  },
  more: { message: 'Es gibt Warnungen zu weiteren Terminen.', advice: 'Beheben Sie zuerst diese.' },
};
