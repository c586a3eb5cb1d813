// Made from the API's own description by "npm run generate"; a test fails when it drifts. Not edited by hand.
export interface paths {
  '/livez': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This process is alive */
    get: operations['livez'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Metrics for Prometheus */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Redis accepts writes and a worker is running; otherwise 503 with what is missing */
    get: operations['readyz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/accounts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the Zoom accounts, their limits, and whether Zoom accepts their credentials */
    get: operations['listAccounts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/alerts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List alerts, newest first
     * @description An open alert needs a person. Acknowledge it when you take care of it. An alert resolves itself when its problem is over.
     */
    get: operations['listAlerts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/alerts/{id}/ack': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Acknowledge an alert */
    post: operations['acknowledgeAlert'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/apply': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Bring everything in line with a document
     * @description Creates or changes the broadcasts, series, calendars and sources in the document. What others made is left alone, and what somebody edited here is kept (`kept`). If there are errors, all are reported at once and nothing is done. The document is a source of the kind `document`. With a limited key, what lies outside its limits is `conflicting`, and so are sources and calendars, which belong to the whole installation; nothing outside is changed, shown or pruned.
     */
    post: operations['apply'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who did what, over all broadcasts, series, keys, pauses, alerts and feeds; newest first
     * @description What people and timetables did, kept for RETENTION. What the workers do is in the history of each broadcast. A search for `by` reads at most 20,000 entries for one response, which can be empty and still have a `nextCursor`.
     */
    get: operations['listAudit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List broadcasts in order of startAt */
    get: operations['listBroadcasts'];
    put?: never;
    /** Schedule a broadcast */
    post: operations['createBroadcast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show a broadcast */
    get: operations['getBroadcast'];
    put?: never;
    post?: never;
    /** Cancel a broadcast; a live one is stopped, a finished one stays as it is */
    delete: operations['cancelBroadcast'];
    options?: never;
    head?: never;
    /**
     * Change a broadcast
     * @description While it is live, only stopAt, title and labels can change, and for a meeting settings.layout and settings.closeCaption.
     */
    patch: operations['changeBroadcast'];
    trace?: never;
  };
  '/v1/broadcasts/{id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every change, and every request sent to Zoom with its answer, oldest first */
    get: operations['getBroadcastHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/{id}/preflight': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Check now whether Zoom would let the broadcast start; problems appear in its warnings
     * @description Responds with 202 when the check takes longer than 20 s: no worker is running, or Zoom is slow.
     */
    post: operations['preflightBroadcast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start a missed or failed broadcast now */
    post: operations['retryBroadcast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/{id}/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start now; nothing is sent when it is live */
    post: operations['startBroadcast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/{id}/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stop now */
    post: operations['stopBroadcast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Schedule up to 1,000 broadcasts: all or none */
    post: operations['createBroadcasts'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/broadcasts/bulk': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Do one thing to every broadcast that matches, up to 10,000
     * @description Send it with `dryRun` first: the answer shows what would happen to which broadcast. Then send it with `expect`, the number that matched. Broadcasts are changed one by one: if one is refused, the others are still changed, and the answer names it with the error. `shift` moves start and stop, `extend` only the stop; both skip finished broadcasts. Once started, a request is completed even if the client disconnects. With an `Idempotency-Key`, a repeated request gets the first answer; if the first one failed half way, it goes on with what is left, so `shift` never moves a broadcast twice.
     */
    post: operations['bulkBroadcasts'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/calendars': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List calendars by name */
    get: operations['listCalendars'];
    put?: never;
    /**
     * Add a calendar, such as public holidays
     * @description A series that lists it in `skipCalendars` skips its days and times.
     */
    post: operations['createCalendar'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/calendars/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show a calendar and its next entries */
    get: operations['getCalendar'];
    put?: never;
    post?: never;
    /** Delete a calendar that no series skips */
    delete: operations['deleteCalendar'];
    options?: never;
    head?: never;
    /**
     * Change a calendar
     * @description The series that skip it are updated. Broadcasts that it now covers are canceled, unless they are on air or were edited; those that it no longer covers are planned again.
     */
    patch: operations['changeCalendar'];
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow all events live (Server-Sent Events)
     * @description Each event has `id`, `event` (its type) and `data` (`{type, timestamp, data}`). `Last-Event-ID` resumes without losing any, even after a restart. If events after that id are no longer stored, `stream.gap` comes first, then the oldest stored events.
     */
    get: operations['streamEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get everything that is planned, as a document
     * @description All series, calendars and sources, and the upcoming broadcasts that none of them made. A limited key gets the broadcasts and series within its limits, and no sources. The document has no secrets: a destination has no `streamKey`.
     */
    get: operations['export'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/feeds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the feeds, oldest first
     * @description A limited key sees only the feeds within its limits.
     */
    get: operations['listFeeds'];
    put?: never;
    /**
     * Create an address for subscribing to the schedule; only this response shows it
     * @description For Google Calendar, Outlook, Apple Calendar and others. A feed that a limited key makes shows only what is within the limits of the key. It ends when its key is revoked.
     */
    post: operations['createFeed'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/feeds/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Delete a feed; its address stops working at once */
    delete: operations['deleteFeed'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/feeds/{token}.ics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a feed as iCalendar; needs no key
     * @description From 30 days back to 366 days ahead, at most 5,000 broadcasts. `SEQUENCE` is the revision; canceled broadcasts stay for 30 days as `STATUS:CANCELLED`; the outcome is in `DESCRIPTION`. Without `stopAt` an event ends when the broadcast went off air, else an hour after its start. `If-None-Match` gives 304.
     */
    get: operations['readFeed'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the API keys created here, oldest first; keys in API_KEYS are not listed */
    get: operations['listKeys'];
    put?: never;
    /**
     * Create an API key; only this response shows it
     * @description Needs the role `admin`. A limited key can neither see nor change anything outside its accounts and labels, and what it creates must be within them.
     */
    post: operations['createKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke an API key at once, and end its sessions and event streams */
    delete: operations['revokeKey'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/notifications/dead': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List notifications that could not be delivered within a day */
    get: operations['listDeadNotifications'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/notifications/dead/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Retry up to 1000 dead letters for another day */
    post: operations['retryDeadNotifications'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/notifications/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send `notification.test` to every NOTIFY_URL now, once */
    post: operations['testNotifications'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pauses': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the current pauses, oldest first */
    get: operations['listPauses'];
    put?: never;
    /**
     * Hold back starts: of everything, an account, a series or a label
     * @description After the response, no start that the pause covers is sent; the response waits up to 3 s for starts that are being sent. Stops are never held back. A start that comes due stays `scheduled`, without an alert. When the pause ends it is sent at once if its window is still open; otherwise the broadcast ends `missed`, with the note of the pause as its reason and without an alert. If several pauses cover a broadcast, all must end.
     */
    post: operations['createPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pauses/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show a pause */
    get: operations['getPause'];
    put?: never;
    post?: never;
    /** End a pause: what it held back is started at once, or is missed */
    delete: operations['endPause'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/preflight': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Check whether Zoom would let a broadcast start that is not scheduled yet
     * @description Takes what `POST /v1/broadcasts` takes and stores nothing. It asks Zoom up to four questions, which count towards the rate limit of the account as reads, so no start or stop waits for them. `checked` is false when Zoom has not answered them within 10 s, and once six tenths of a daily limit are used up: the rest is left to what is scheduled.
     */
    post: operations['preflightPlan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/series': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List series in the order they were created */
    get: operations['listSeries'];
    put?: never;
    /**
     * Schedule recurring broadcasts: a recurrence rule in a time zone
     * @description Broadcasts are created two weeks ahead, and always at least the next three.
     */
    post: operations['createSeries'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/series/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show a series */
    get: operations['getSeries'];
    put?: never;
    post?: never;
    /**
     * Delete a series and cancel its upcoming broadcasts
     * @description To skip one occurrence, cancel its broadcast or add an exception.
     */
    delete: operations['deleteSeries'];
    options?: never;
    head?: never;
    /**
     * Change a series and its upcoming broadcasts
     * @description Broadcasts that have started, and those you edited, stay as they are.
     */
    patch: operations['changeSeries'];
    trace?: never;
  };
  '/v1/series/{id}/occurrences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show the upcoming occurrences of a series */
    get: operations['listOccurrences'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who am I: the role, name and limits of the key or session */
    get: operations['getSession'];
    put?: never;
    /**
     * Sign a browser in with an API key
     * @description Sets a cookie (`HttpOnly`, `SameSite=Strict`, `Secure` behind TLS) that stands for the key on this origin, for 12 h after the last request. With the cookie, a request that changes something needs the same `Origin`. `Authorization` wins over the cookie.
     */
    post: operations['signIn'];
    /** Sign out: ends the session */
    delete: operations['signOut'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List sources by name */
    get: operations['listSources'];
    put?: never;
    /**
     * Follow a timetable: a calendar (.ics), a spreadsheet (.csv), or a host's meetings in Zoom
     * @description Events in the timetable are planned; when they are moved or canceled there, so are their broadcasts. What a person or another source made is left alone, and what you edit here is kept. A `url` needs CALENDAR_HOSTS. The kind `zoom` follows the meetings and webinars of `zoomUser`, or the one meeting `zoomMeeting` with its occurrences; with webhooks it is synced within seconds of a change in Zoom.
     */
    post: operations['createSource'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sources/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show a source and the result of its last sync */
    get: operations['getSource'];
    put?: never;
    post?: never;
    /**
     * Stop following a timetable
     * @description Its broadcasts stay. A new source of the same name takes them over.
     */
    delete: operations['deleteSource'];
    options?: never;
    head?: never;
    /**
     * Change or pause a source
     * @description `paused: true` stops its syncs until you set `false`. A change takes effect with the next sync.
     */
    patch: operations['changeSource'];
    trace?: never;
  };
  '/v1/sources/{name}/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a sync would do now
     * @description Reads the timetable, and changes nothing.
     */
    get: operations['planSource'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sources/{name}/sync': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sync now: read the timetable and apply it
     * @description Nothing is done (`braked`) when too much would be canceled at once, or when the file is empty, cut off or not a calendar. `force` overrides this unless the file cannot be read. `content` is a file to use instead.
     */
    post: operations['syncSource'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/summary': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show an overview: what is live, what is next, what needs attention */
    get: operations['getSummary'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/zoom/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Receive a Zoom event
     * @description Zoom signs the raw body (`x-zm-signature`). Responds to `endpoint.url_validation`.
     */
    post: operations['receiveZoomEvent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Accounts: {
      accounts: {
        credentials: {
          checkedAt: string | null;
          /** @description What is wrong */
          detail: string | null;
          /** @description Null: no worker has used the credentials yet */
          good: boolean | null;
          since: string | null;
        };
        limits: {
          rateShare: number;
          /** @description The share of this service; null: this plan has no daily limit */
          requestsPerDay: number | null;
          /** @description The share of this service */
          requestsPerSecond: number;
        };
        name: string;
        /** @enum {string} */
        plan: 'free' | 'pro' | 'business';
      }[];
    };
    Acknowledgement: {
      /** @description Your note */
      note?: string | null;
    };
    Alert: {
      acknowledgedAt: string | null;
      acknowledgedBy: string | null;
      /** @description What to do */
      advice: string;
      /** @description Null when it concerns the whole installation */
      broadcastId: string | null;
      /** @enum {string} */
      code:
        | 'late_start'
        | 'unconfirmed'
        | 'late_stop'
        | 'missed'
        | 'failed'
        | 'preflight'
        | 'daily_limit'
        | 'no_worker'
        | 'clock'
        | 'source'
        | 'versions';
      id: string;
      message: string;
      note: string | null;
      /** Format: date-time */
      raisedAt: string;
      /** @description When the problem was over */
      resolvedAt: string | null;
    };
    AlertPage: {
      alerts: components['schemas']['Alert'][];
      nextCursor: string | null;
    };
    Alive: {
      /** @constant */
      status: 'alive';
    };
    /** Apply */
    Apply: {
      document: components['schemas']['Document'];
      /** @description Only show what it would do */
      dryRun?: boolean;
      /** @description How many things must be canceled or removed; otherwise 409, and nothing is done */
      expect?: number;
      /** @description Cancel and remove what this document made and no longer names; only what has not started */
      prune?: boolean;
    };
    ApplyPlan: {
      /** @description Always empty: what a document no longer names is in `vanished` */
      canceled: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      /** @description Changed to what the document says */
      changed: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      /** @description Conflicts with something else, or made by a person or another source; left alone */
      conflicting: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      counts: {
        canceled: number;
        changed: number;
        conflicting: number;
        kept: number;
        new: number;
        skipped: number;
        unchanged: number;
        vanished: number;
      };
      dryRun: boolean;
      /** @description Edited here, or on air: left as it is */
      kept: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      name: string;
      /** @description Planned, stored or followed */
      new: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      /** @description Its start is in the past, or it was refused */
      skipped: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
      /** @description No longer named; canceled or removed only with `prune` */
      vanished: {
        /** @description What changes, or why nothing does */
        detail: string;
        /** @description Id of the broadcast or series; name of the calendar or source */
        id: string | null;
        /** @description In the document */
        name: string | null;
        /** Format: date-time */
        startAt: string | null;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'calendar' | 'source';
      }[];
    };
    AuditEntry: {
      /**
       * @example broadcast.cancel
       * @example key.create
       * @example alert.acknowledge
       */
      action: string;
      /** Format: date-time */
      at: string;
      /** @description `api:<key name>`, `api` (no keys), `library`, `source:<name>` … */
      by: string;
      detail: {
        [key: string]: unknown;
      } | null;
      id: string;
      object: {
        id: string;
        title: string | null;
        /** @enum {string} */
        type: 'broadcast' | 'series' | 'key' | 'pause' | 'alert' | 'feed' | 'calendar' | 'source';
      };
    };
    AuditPage: {
      entries: components['schemas']['AuditEntry'][];
      nextCursor: string | null;
    };
    Broadcast: {
      account: string;
      /** @description Zoom has confirmed that the stream is on */
      confirmed: boolean;
      /** Format: date-time */
      createdAt: string;
      destination: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        /** Format: uri */
        streamUrl: string;
      } | null;
      externalId: string | null;
      id: string;
      /** @enum {string} */
      kind: 'meeting' | 'webinar';
      labels: {
        [key: string]: string;
      };
      meetingId: string;
      nextAttemptAt: string | null;
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @enum {string}
       */
      onDrop: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @enum {string}
       */
      onMove: 'warn' | 'follow';
      /** @description The pause that delays its start */
      paused: {
        by: string;
        id: string;
        note: string | null;
        /** Format: date-time */
        since: string;
        until: string | null;
      } | null;
      reason: string | null;
      /** @description Increases with every change by a person; the ETag for If-Match contains it */
      revision: number;
      seriesId: string | null;
      /** @description Zoom decides what you leave out */
      settings: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /** @description The source that created it */
      source: {
        name: string;
        uid: string;
      } | null;
      /** Format: date-time */
      startAt: string;
      startedAt: string | null;
      startLatenessMs: number | null;
      /** Format: duration */
      startWindow: string | null;
      /** @enum {string} */
      status: 'scheduled' | 'starting' | 'waiting' | 'live' | 'stopping' | 'ended' | 'canceled' | 'missed' | 'failed';
      stopAt: string | null;
      stopLatenessMs: number | null;
      stoppedAt: string | null;
      timezone: string | null;
      title: string | null;
      /** Format: date-time */
      updatedAt: string;
      warnings: {
        advice: string;
        code: string;
        message: string;
      }[];
    };
    /**
     * BroadcastChange
     * @description Fields you leave out stay as they are; null clears title, stopAt, timezone, destination, externalId and startWindow; settings and labels are replaced as a whole, but while live, settings you leave out stay as they are.
     */
    BroadcastChange: {
      account?: string;
      destination?: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        streamKey: string;
        /** Format: uri */
        streamUrl: string;
      } | null;
      /**
       * Format: duration
       * @description Instead of stopAt; years, months, weeks and days count in `timezone`
       */
      duration?: string;
      externalId?: string | null;
      /** @enum {string} */
      kind?: 'meeting' | 'webinar';
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description 1 to 19 digits; spaces and dashes are removed
       * @example 684 2308 5
       */
      meetingId?: string | number;
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @enum {string}
       */
      onDrop?: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @enum {string}
       */
      onMove?: 'warn' | 'follow';
      /** @description Zoom decides what you leave out */
      settings?: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /**
       * @description A time with an offset, a local time with `timezone`, or `now`
       * @example 2026-12-06T14:00:00Z
       * @example 2026-12-06T09:00
       * @example now
       */
      startAt?: string;
      startWindow?: string | null;
      stopAt?: string | null;
      timezone?: string | null;
      title?: string | null;
    };
    BroadcastPage: {
      broadcasts: components['schemas']['Broadcast'][];
      nextCursor: string | null;
    };
    Broadcasts: {
      broadcasts: components['schemas']['Broadcast'][];
    };
    /** BulkAction */
    BulkAction: {
      /** @enum {string} */
      action: 'cancel' | 'start' | 'stop' | 'retry' | 'shift' | 'extend';
      /**
       * @description For `shift`, which moves start and stop, and `extend`, which moves the stop; negative: earlier. Years, months, weeks and days count on the local clock of each broadcast's `timezone` (UTC if it has none)
       * @example PT15M
       * @example -PT15M
       * @example P1D
       */
      by?: string;
      /**
       * @description Only answer what would happen
       * @default false
       */
      dryRun?: boolean;
      /** @description How many broadcasts must match; otherwise 409, and nothing is done. Needed without `dryRun` */
      expect?: number;
      /** @description Which broadcasts: all members must match; at least one is needed */
      filter: {
        /** @description Name of the Zoom account */
        account?: string;
        /** @description Your own id */
        externalId?: string;
        /**
         * Format: date-time
         * @description startAt at or after this time
         */
        from?: string;
        /** @description These broadcasts; with other members, those of them that also match all of these */
        ids?: string[];
        /** @description `name=value`, or `name` alone for any value */
        label?: string;
        /**
         * @description 1 to 19 digits; spaces and dashes are removed
         * @example 684 2308 5
         */
        meetingId?: string | number;
        /** @description Part of the title, meeting number or external id; case does not matter */
        q?: string;
        /** @description Id of the series that created them */
        seriesId?: string;
        /** @description One or more, as an array or separated by commas */
        status?:
          | ('scheduled' | 'starting' | 'waiting' | 'live' | 'stopping' | 'ended' | 'canceled' | 'missed' | 'failed')[]
          | string;
        /**
         * Format: date-time
         * @description startAt before this time
         */
        to?: string;
      };
    };
    BulkAnswer: {
      /** @description In order of startAt */
      changed: {
        after: {
          reason: string | null;
          /** Format: date-time */
          startAt: string;
          /** @enum {string} */
          status:
            | 'scheduled'
            | 'starting'
            | 'waiting'
            | 'live'
            | 'stopping'
            | 'ended'
            | 'canceled'
            | 'missed'
            | 'failed';
          stopAt: string | null;
        };
        before: {
          reason: string | null;
          /** Format: date-time */
          startAt: string;
          /** @enum {string} */
          status:
            | 'scheduled'
            | 'starting'
            | 'waiting'
            | 'live'
            | 'stopping'
            | 'ended'
            | 'canceled'
            | 'missed'
            | 'failed';
          stopAt: string | null;
        };
        id: string;
      }[];
      /** @description Nothing was changed */
      dryRun: boolean;
      /** @description How many match; those that are neither changed nor refused needed nothing */
      matched: number;
      /** @description In order of startAt; `ids` that do not exist come last. The codes are those of the errors */
      refused: {
        code: string;
        detail: string;
        id: string;
      }[];
    };
    Calendar: {
      /**
       * Format: date-time
       * @description When it was last fetched
       */
      checkedAt: string;
      /** Format: date-time */
      createdAt: string;
      /** @description Why that failed; the content fetched before stays in use. Null: it succeeded */
      failure: string | null;
      /** @description Events that could not be read */
      issues: string[];
      name: string;
      /**
       * Format: date-time
       * @description When its content was last known to be current
       */
      readAt: string;
      /** @description Also the ETag */
      revision: number;
      timezone: string | null;
      /** @description Its next entries, at most 20 */
      upcoming: {
        allDay: boolean;
        /**
         * @description A time, or the first day
         * @example 2026-12-25
         */
        from: string;
        title: string | null;
        /**
         * @description A time, exclusive, or the last day
         * @example 2026-12-25
         */
        to: string;
      }[];
      /** Format: date-time */
      updatedAt: string;
      url: string | null;
    };
    /**
     * CalendarChange
     * @description Fields you leave out stay as they are
     */
    CalendarChange: {
      /** @description Instead of `url`: the calendar itself, as text */
      ics?: string;
      /** @description IANA time zone of all-day events and of times without a zone; default: the zone of the series */
      timezone?: string | null;
      /**
       * @description URL of the calendar, fetched again every day; its host must be in the setting CALENDAR_HOSTS
       * @example https://calendar.example.org/holidays.ics
       */
      url?: string;
    };
    CalendarList: {
      calendars: components['schemas']['Calendar'][];
    };
    CreatedFeed: {
      account: string | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      label: string | null;
      /** @description The limits of the key that made it; the feed shows nothing outside them */
      limits: {
        accounts: string[] | null;
        labels: string[] | null;
      };
      name: string;
      /** @description The address to subscribe to. Anyone who has it can read the feed without a key. It is shown only once and not stored */
      url: string;
    };
    CreatedKey: {
      /** @description Limited to these Zoom accounts; null: not limited */
      accounts: string[] | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description The key itself. It is shown only once and not stored */
      key: string;
      /** @description Limited to broadcasts with one of these labels; null: not limited */
      labels: string[] | null;
      /** @description To the minute; null: never used */
      lastUsedAt: string | null;
      name: string;
      /**
       * @description `read` reads; `operate` may also start, stop, extend (`stopAt` alone), retry and acknowledge; `write` may do everything except manage keys; `admin` may do everything
       * @enum {string}
       */
      role: 'read' | 'operate' | 'write' | 'admin';
    };
    DeadNotifications: {
      dead: {
        attempts: number;
        event: {
          [key: string]: unknown;
        };
        eventId: string;
        /** @description How many events the message is about; `event` is the first */
        events: number;
        /** Format: date-time */
        failedAt: string;
        reason: string;
        /** @description Host and a short name of the URL; the URL itself may be a secret */
        target: string;
        type: string;
      }[];
    };
    /**
     * Document
     * @description Everything it declares; a field you leave out has its default
     */
    Document: {
      /** @description A broadcast whose start is in the past is skipped */
      broadcasts?: {
        account?: string;
        /** @description Without `streamKey`, one must already be stored */
        destination?: {
          /** Format: uri */
          pageUrl: string;
          /** @enum {string} */
          resolution?: '720p' | '1080p';
          streamKey?: string;
          /** Format: uri */
          streamUrl: string;
        } | null;
        /**
         * Format: duration
         * @description Instead of stopAt; years, months, weeks and days count in `timezone`
         */
        duration?: string;
        externalId?: string | null;
        /**
         * @default meeting
         * @enum {string}
         */
        kind?: 'meeting' | 'webinar';
        /** @description Up to 20 */
        labels?: {
          [key: string]: string;
        };
        /**
         * @description 1 to 19 digits; spaces and dashes are removed
         * @example 684 2308 5
         */
        meetingId: string | number;
        /** @description Its name within this document; an `externalId` will do instead */
        name?: string;
        /**
         * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
         * @default restart
         * @enum {string}
         */
        onDrop?: 'restart' | 'leave';
        /**
         * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
         * @default warn
         * @enum {string}
         */
        onMove?: 'warn' | 'follow';
        /** @description Zoom decides what you leave out */
        settings?: {
          /** @description Show the active speaker's name */
          activeSpeakerName?: boolean;
          /** @enum {string} */
          closeCaption?: 'burnt-in' | 'embedded' | 'off';
          displayName?: string;
          /**
           * @description Meetings only
           * @enum {string}
           */
          layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
        };
        /**
         * @description A time with an offset, a local time with `timezone`, or `now`
         * @example 2026-12-06T14:00:00Z
         * @example 2026-12-06T09:00
         * @example now
         */
        startAt: string;
        startWindow?: string | null;
        stopAt?: string | null;
        timezone?: string | null;
        title?: string | null;
      }[];
      /** @description Days and times that series skip */
      calendars?: components['schemas']['NewCalendar'][];
      /** @description Name of the document. It owns what it declares: no other document, source or person shares it */
      name: string;
      /** @description Rules that produce broadcasts */
      series?: {
        account?: string;
        /**
         * @description RDATE: extra local times
         * @default []
         */
        additions?: string[];
        /** @description Without `streamKey`, one must already be stored */
        destination?: {
          /** Format: uri */
          pageUrl: string;
          /** @enum {string} */
          resolution?: '720p' | '1080p';
          streamKey?: string;
          /** Format: uri */
          streamUrl: string;
        } | null;
        duration?: string | null;
        /**
         * @description EXDATE: local times or whole days to skip
         * @default []
         */
        exceptions?: string[];
        externalId?: string | null;
        /**
         * @default meeting
         * @enum {string}
         */
        kind?: 'meeting' | 'webinar';
        /** @description Up to 20 */
        labels?: {
          [key: string]: string;
        };
        /**
         * @description Go on air this many minutes before the start
         * @default 0
         */
        leadMinutes?: number;
        /**
         * @description 1 to 19 digits; spaces and dashes are removed
         * @example 684 2308 5
         */
        meetingId: string | number;
        /** @description Its name within this document; an `externalId` will do instead */
        name?: string;
        /** @description What happens to a local time that a clock change skips: moved later (`after`: 02:30 becomes 03:30) or left out (`skip`). For a time that it repeats: the `first` or the `second`. */
        onClockChange?: {
          /**
           * @default first
           * @enum {string}
           */
          repeated?: 'first' | 'second';
          /**
           * @default after
           * @enum {string}
           */
          skipped?: 'after' | 'skip';
        };
        /**
         * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
         * @default restart
         * @enum {string}
         */
        onDrop?: 'restart' | 'leave';
        /**
         * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
         * @default warn
         * @enum {string}
         */
        onMove?: 'warn' | 'follow';
        /**
         * @description The value of an RRULE (RFC 5545, section 3.3.10), HOURLY to YEARLY; UNTIL or COUNT ends it
         * @example FREQ=WEEKLY;BYDAY=SU
         * @example FREQ=MONTHLY;BYDAY=-1FR;COUNT=12
         */
        rule: string;
        /** @description Zoom decides what you leave out */
        settings?: {
          /** @description Show the active speaker's name */
          activeSpeakerName?: boolean;
          /** @enum {string} */
          closeCaption?: 'burnt-in' | 'embedded' | 'off';
          displayName?: string;
          /**
           * @description Meetings only
           * @enum {string}
           */
          layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
        };
        /**
         * @description Nothing goes on air on their days and at their times (`/v1/calendars`)
         * @default []
         */
        skipCalendars?: string[];
        /**
         * @description DTSTART: when the rule begins, in `timezone`; can be in the past
         * @example 2026-12-06T09:00
         */
        startAt: string;
        startWindow?: string | null;
        stopTime?: string | null;
        /**
         * @description Go off air this many minutes after the end
         * @default 0
         */
        tailMinutes?: number;
        /** @example America/New_York */
        timezone: string;
        title?: string | null;
      }[];
      /** @description Timetables that are followed */
      sources?: components['schemas']['NewSource'][];
    };
    /** @description The `data` of one event of the stream */
    Event: {
      /** @description The broadcast; an alert adds `broadcastId` and `message` */
      data: {
        [key: string]: unknown;
      };
      /** Format: date-time */
      timestamp: string;
      /**
       * @example broadcast.live
       * @example alert.missed
       */
      type: string;
    } & {
      [key: string]: unknown;
    };
    Feed: {
      account: string | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      label: string | null;
      /** @description The limits of the key that made it; the feed shows nothing outside them */
      limits: {
        accounts: string[] | null;
        labels: string[] | null;
      };
      name: string;
    };
    Feeds: {
      feeds: components['schemas']['Feed'][];
    };
    History: {
      history: {
        answer: unknown;
        /** Format: date-time */
        at: string;
        /** @description Of a changed plan: the former value of each field in `request` */
        before?: {
          [key: string]: unknown;
        };
        by: string;
        from:
          | ('scheduled' | 'starting' | 'waiting' | 'live' | 'stopping' | 'ended' | 'canceled' | 'missed' | 'failed')
          | null;
        reason: string | null;
        request: unknown;
        /** @description `X-Request-Id` of the API request that caused it */
        requestId: string | null;
        to:
          | ('scheduled' | 'starting' | 'waiting' | 'live' | 'stopping' | 'ended' | 'canceled' | 'missed' | 'failed')
          | null;
        type: string;
      }[];
    };
    Key: {
      /** @description Limited to these Zoom accounts; null: not limited */
      accounts: string[] | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description Limited to broadcasts with one of these labels; null: not limited */
      labels: string[] | null;
      /** @description To the minute; null: never used */
      lastUsedAt: string | null;
      name: string;
      /**
       * @description `read` reads; `operate` may also start, stop, extend (`stopAt` alone), retry and acknowledge; `write` may do everything except manage keys; `admin` may do everything
       * @enum {string}
       */
      role: 'read' | 'operate' | 'write' | 'admin';
    };
    Keys: {
      keys: components['schemas']['Key'][];
    };
    /** NewBroadcast */
    NewBroadcast: {
      account?: string;
      destination?: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        streamKey: string;
        /** Format: uri */
        streamUrl: string;
      } | null;
      /**
       * Format: duration
       * @description Instead of stopAt; years, months, weeks and days count in `timezone`
       */
      duration?: string;
      externalId?: string | null;
      /**
       * @default meeting
       * @enum {string}
       */
      kind?: 'meeting' | 'webinar';
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description 1 to 19 digits; spaces and dashes are removed
       * @example 684 2308 5
       */
      meetingId: string | number;
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @default restart
       * @enum {string}
       */
      onDrop?: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @default warn
       * @enum {string}
       */
      onMove?: 'warn' | 'follow';
      /** @description Zoom decides what you leave out */
      settings?: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /**
       * @description A time with an offset, a local time with `timezone`, or `now`
       * @example 2026-12-06T14:00:00Z
       * @example 2026-12-06T09:00
       * @example now
       */
      startAt: string;
      startWindow?: string | null;
      stopAt?: string | null;
      timezone?: string | null;
      title?: string | null;
    };
    /** NewBroadcasts */
    NewBroadcasts: {
      broadcasts: components['schemas']['NewBroadcast'][];
    };
    /**
     * NewCalendar
     * @description Either `url` or `ics`
     */
    NewCalendar: {
      /** @description Instead of `url`: the calendar itself, as text */
      ics?: string;
      name: string;
      /** @description IANA time zone of all-day events and of times without a zone; default: the zone of the series */
      timezone?: string | null;
      /**
       * @description URL of the calendar, fetched again every day; its host must be in the setting CALENDAR_HOSTS
       * @example https://calendar.example.org/holidays.ics
       */
      url?: string;
    };
    NewFeed: {
      /** @description Only broadcasts of this Zoom account */
      account?: string | null;
      /** @description Only broadcasts with this label: `name=value`, or `name` */
      label?: string | null;
      /** @description The name that calendar programs show */
      name: string;
    };
    NewKey: {
      /** @description Limit the key to these Zoom accounts */
      accounts?: string[] | null;
      /** @description Limit the key to one of these labels: `name=value`, or `name` */
      labels?: string[] | null;
      /** @description Unique; the history shows it as `api:<name>` */
      name: string;
      /**
       * @description `read` reads; `operate` may also start, stop, extend (`stopAt` alone), retry and acknowledge; `write` may do everything except manage keys; `admin` may do everything
       * @enum {string}
       */
      role: 'read' | 'operate' | 'write' | 'admin';
    };
    /** NewPause */
    NewPause: {
      /** @description Why; the reason of a broadcast that misses its start because of this pause */
      note?: string | null;
      /** @description What it covers: everything, an account, a series or a label */
      scope:
        | {
            /** @constant */
            all: true;
          }
        | {
            account: string;
          }
        | {
            seriesId: string;
          }
        | {
            /**
             * @description `name=value`, or `name` alone for any value, as in the `label` filter of a list; or an object with one label
             * @example room=A
             * @example room
             * @example {
             *       "room": "A"
             *     }
             */
            label:
              | string
              | {
                  [key: string]: string;
                };
          };
      /** @description IANA time zone of a local `until` */
      timezone?: string | null;
      /**
       * @description When it ends automatically: a future time with an offset, or a local time with `timezone`. Default: when you end it
       * @example 2035-12-06T14:00:00Z
       * @example 2035-12-06T09:00
       */
      until?: string | null;
    };
    /** NewSeries */
    NewSeries: {
      account?: string;
      /**
       * @description RDATE: extra local times
       * @default []
       */
      additions?: string[];
      destination?: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        streamKey: string;
        /** Format: uri */
        streamUrl: string;
      } | null;
      duration?: string | null;
      /**
       * @description EXDATE: local times or whole days to skip
       * @default []
       */
      exceptions?: string[];
      externalId?: string | null;
      /**
       * @default meeting
       * @enum {string}
       */
      kind?: 'meeting' | 'webinar';
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description Go on air this many minutes before the start
       * @default 0
       */
      leadMinutes?: number;
      /**
       * @description 1 to 19 digits; spaces and dashes are removed
       * @example 684 2308 5
       */
      meetingId: string | number;
      /** @description What happens to a local time that a clock change skips: moved later (`after`: 02:30 becomes 03:30) or left out (`skip`). For a time that it repeats: the `first` or the `second`. */
      onClockChange?: {
        /**
         * @default first
         * @enum {string}
         */
        repeated?: 'first' | 'second';
        /**
         * @default after
         * @enum {string}
         */
        skipped?: 'after' | 'skip';
      };
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @default restart
       * @enum {string}
       */
      onDrop?: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @default warn
       * @enum {string}
       */
      onMove?: 'warn' | 'follow';
      /**
       * @description The value of an RRULE (RFC 5545, section 3.3.10), HOURLY to YEARLY; UNTIL or COUNT ends it
       * @example FREQ=WEEKLY;BYDAY=SU
       * @example FREQ=MONTHLY;BYDAY=-1FR;COUNT=12
       */
      rule: string;
      /** @description Zoom decides what you leave out */
      settings?: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /**
       * @description Nothing goes on air on their days and at their times (`/v1/calendars`)
       * @default []
       */
      skipCalendars?: string[];
      /**
       * @description DTSTART: when the rule begins, in `timezone`; can be in the past
       * @example 2026-12-06T09:00
       */
      startAt: string;
      startWindow?: string | null;
      stopTime?: string | null;
      /**
       * @description Go off air this many minutes after the end
       * @default 0
       */
      tailMinutes?: number;
      /** @example America/New_York */
      timezone: string;
      title?: string | null;
    };
    /** NewSource */
    NewSource: {
      account?: string | null;
      /**
       * @description Do nothing if more than this share of the upcoming broadcasts would be canceled at once
       * @default 0.2
       */
      brake?: number;
      /** @description Order of day and month in dates such as 02/12/2030 in a CSV */
      dateOrder?: ('day-first' | 'month-first') | null;
      /**
       * Format: duration
       * @description Time between two syncs
       * @default PT15M
       */
      every?: string;
      /**
       * @description Ignore unknown columns of a CSV
       * @default false
       */
      ignoreColumns?: boolean;
      /** @enum {string} */
      kind: 'ics' | 'csv' | 'zoom';
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /** @description It cannot change */
      name: string;
      /**
       * @description Not synced automatically
       * @default false
       */
      paused?: boolean;
      /**
       * @description Cancel what the timetable no longer lists; only what this source made and has not started
       * @default false
       */
      prune?: boolean;
      timezone?: string | null;
      /**
       * @description With `zoomUser`: only meetings whose topic it matches somewhere
       * @example ^Lecture
       */
      topic?: string | null;
      /**
       * @description URL of the file. Its host must be in CALENDAR_HOSTS; webcal:// means https://. Null: you sync files by hand, or the kind is `zoom`
       * @example https://calendar.example.org/rooms.ics
       */
      url?: string | null;
      /**
       * @description For a calendar (`ics`): what ambiguous or unknown zone names mean; case does not matter
       * @default {}
       * @example {
       *       "BST": "Europe/London"
       *     }
       */
      zones?: {
        [key: string]: string;
      };
      /** @description Instead of `zoomUser`: the one meeting or webinar that is followed, with its occurrences */
      zoomMeeting?: string | null;
      /**
       * @description Of the kind `zoom`: the host whose meetings and webinars are followed
       * @example host@example.org
       */
      zoomUser?: string | null;
    };
    Occurrences: {
      /** @description Times of the rule that are skipped, and why */
      leftOut: {
        /** @description The calendar that skips it */
        calendar: string | null;
        /** @description The title of the event there */
        event: string | null;
        local: string;
        note: string;
      }[];
      occurrences: {
        /** @description Null while the occurrence is too far ahead */
        broadcastId: string | null;
        /** @description Local time by the rule; identifies the occurrence */
        local: string;
        note: string | null;
        /** @description The pause that delays its start */
        paused: {
          by: string;
          id: string;
          note: string | null;
          /** Format: date-time */
          since: string;
          until: string | null;
        } | null;
        /**
         * Format: date-time
         * @description Includes the lead
         */
        startAt: string;
        status:
          | ('scheduled' | 'starting' | 'waiting' | 'live' | 'stopping' | 'ended' | 'canceled' | 'missed' | 'failed')
          | null;
        /** @description Includes the tail */
        stopAt: string | null;
      }[];
    };
    Pause: {
      /** @description Who made it */
      by: string;
      id: string;
      note: string | null;
      /** @description What it covers, as it was given */
      scope:
        | {
            /** @constant */
            all: true;
          }
        | {
            account: string;
          }
        | {
            seriesId: string;
          }
        | {
            /**
             * @description `name=value`, or `name` alone for any value, as in the `label` filter of a list; or an object with one label
             * @example room=A
             * @example room
             * @example {
             *       "room": "A"
             *     }
             */
            label:
              | string
              | {
                  [key: string]: string;
                };
          };
      /** Format: date-time */
      since: string;
      /** @description When it ends automatically */
      until: string | null;
    };
    Pauses: {
      pauses: components['schemas']['Pause'][];
    };
    PlanCheck: {
      /** @description Zoom answered every question; otherwise more may be wrong than `findings` say */
      checked: boolean;
      findings: {
        advice: string;
        code: string;
        message: string;
        /** @description The broadcast cannot go on air with this setup */
        prevents: boolean;
      }[];
    };
    Problem: {
      /** @enum {string} */
      code:
        | 'validation_failed'
        | 'malformed_json'
        | 'malformed_request'
        | 'account_required'
        | 'unauthorized'
        | 'signature_invalid'
        | 'forbidden'
        | 'outside_limits'
        | 'host_refused'
        | 'not_found'
        | 'method_not_allowed'
        | 'overlap'
        | 'name_taken'
        | 'too_late'
        | 'request_in_flight'
        | 'not_live'
        | 'not_retryable'
        | 'finished'
        | 'no_stop'
        | 'paused'
        | 'too_many_pauses'
        | 'stop_in_past'
        | 'other_installation'
        | 'other_shards'
        | 'count_differs'
        | 'in_use'
        | 'limit_reached'
        | 'source_busy'
        | 'conflict'
        | 'request_timeout'
        | 'precondition_failed'
        | 'body_too_large'
        | 'unsupported_media_type'
        | 'idempotency_key_reused'
        | 'too_many_matches'
        | 'too_many_requests'
        | 'headers_too_large'
        | 'internal'
        | 'source_unavailable'
        | 'not_ready'
        | 'redis_refuses_writes'
        | 'redis_unavailable';
      detail: string;
      errors?: {
        message: string;
        path: string;
      }[];
      /** @description X-Request-Id: find this request in the API log by it */
      requestId?: string;
      status: number;
      title: string;
      /** Format: uri-reference */
      type: string;
    } & {
      [key: string]: unknown;
    };
    Ready: {
      /** @constant */
      redis: true;
      /** @constant */
      status: 'ready';
      workers: number;
    };
    RetriedNotifications: {
      retried: number;
    };
    Series: {
      account: string;
      /**
       * @description RDATE: extra local times
       * @default []
       */
      additions: string[];
      /** Format: date-time */
      createdAt: string;
      destination: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        /** Format: uri */
        streamUrl: string;
      } | null;
      duration: string | null;
      /**
       * @description EXDATE: local times or whole days to skip
       * @default []
       */
      exceptions: string[];
      externalId: string | null;
      /** @description The series that this one continues, after a change with `from` */
      follows: string | null;
      id: string;
      /** @enum {string} */
      kind: 'meeting' | 'webinar';
      labels: {
        [key: string]: string;
      };
      /**
       * @description Go on air this many minutes before the start
       * @default 0
       */
      leadMinutes: number;
      meetingId: string;
      onClockChange: {
        /**
         * @default first
         * @enum {string}
         */
        repeated: 'first' | 'second';
        /**
         * @default after
         * @enum {string}
         */
        skipped: 'after' | 'skip';
      };
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @enum {string}
       */
      onDrop?: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @enum {string}
       */
      onMove?: 'warn' | 'follow';
      /** @description Also the ETag */
      revision: number;
      /**
       * @description The value of an RRULE (RFC 5545, section 3.3.10), HOURLY to YEARLY; UNTIL or COUNT ends it
       * @example FREQ=WEEKLY;BYDAY=SU
       * @example FREQ=MONTHLY;BYDAY=-1FR;COUNT=12
       */
      rule: string;
      /** @description Zoom decides what you leave out */
      settings: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /**
       * @description Nothing goes on air on their days and at their times (`/v1/calendars`)
       * @default []
       */
      skipCalendars: string[];
      /**
       * @description DTSTART: when the rule begins, in `timezone`; can be in the past
       * @example 2026-12-06T09:00
       */
      startAt: string;
      /** Format: duration */
      startWindow: string | null;
      stopTime: string | null;
      /**
       * @description The rule in words
       * @example Every Sunday at 09:00, New York time
       */
      summary: string;
      /**
       * @description Go off air this many minutes after the end
       * @default 0
       */
      tailMinutes: number;
      /** @example America/New_York */
      timezone: string;
      title: string | null;
      /** Format: date-time */
      updatedAt: string;
      warnings: {
        advice: string;
        code: string;
        message: string;
        occurrence: string | null;
      }[];
    };
    /**
     * SeriesChange
     * @description Fields you leave out stay as they are; null clears optional fields; lists and objects are replaced as a whole. Upcoming broadcasts that nobody edited are updated too.
     */
    SeriesChange: {
      account?: string;
      /**
       * @description RDATE: extra local times
       * @default []
       */
      additions?: string[];
      destination?: {
        /** Format: uri */
        pageUrl: string;
        /** @enum {string} */
        resolution?: '720p' | '1080p';
        streamKey: string;
        /** Format: uri */
        streamUrl: string;
      } | null;
      duration?: string | null;
      /**
       * @description EXDATE: local times or whole days to skip
       * @default []
       */
      exceptions?: string[];
      externalId?: string | null;
      /**
       * @default meeting
       * @enum {string}
       */
      kind?: 'meeting' | 'webinar';
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description Go on air this many minutes before the start
       * @default 0
       */
      leadMinutes?: number;
      /**
       * @description 1 to 19 digits; spaces and dashes are removed
       * @example 684 2308 5
       */
      meetingId?: string | number;
      /** @description What happens to a local time that a clock change skips: moved later (`after`: 02:30 becomes 03:30) or left out (`skip`). For a time that it repeats: the `first` or the `second`. */
      onClockChange?: {
        /**
         * @default first
         * @enum {string}
         */
        repeated?: 'first' | 'second';
        /**
         * @default after
         * @enum {string}
         */
        skipped?: 'after' | 'skip';
      };
      /**
       * @description If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave it off. A stop by a person in Zoom is always respected.
       * @default restart
       * @enum {string}
       */
      onDrop?: 'restart' | 'leave';
      /**
       * @description If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too
       * @default warn
       * @enum {string}
       */
      onMove?: 'warn' | 'follow';
      /**
       * @description The value of an RRULE (RFC 5545, section 3.3.10), HOURLY to YEARLY; UNTIL or COUNT ends it
       * @example FREQ=WEEKLY;BYDAY=SU
       * @example FREQ=MONTHLY;BYDAY=-1FR;COUNT=12
       */
      rule?: string;
      /** @description Zoom decides what you leave out */
      settings?: {
        /** @description Show the active speaker's name */
        activeSpeakerName?: boolean;
        /** @enum {string} */
        closeCaption?: 'burnt-in' | 'embedded' | 'off';
        displayName?: string;
        /**
         * @description Meetings only
         * @enum {string}
         */
        layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
      };
      /**
       * @description Nothing goes on air on their days and at their times (`/v1/calendars`)
       * @default []
       */
      skipCalendars?: string[];
      /**
       * @description DTSTART: when the rule begins, in `timezone`; can be in the past
       * @example 2026-12-06T09:00
       */
      startAt?: string;
      startWindow?: string | null;
      stopTime?: string | null;
      /**
       * @description Go off air this many minutes after the end
       * @default 0
       */
      tailMinutes?: number;
      /** @example America/New_York */
      timezone?: string;
      title?: string | null;
    };
    SeriesPage: {
      nextCursor: string | null;
      series: components['schemas']['Series'][];
    };
    Session: {
      /** @description Null: not limited */
      accounts: string[] | null;
      /** @description API_KEYS is not set: this machine needs no key */
      keyless: boolean;
      /** @description Null: not limited */
      labels: string[] | null;
      /** @description Name of the API key; null without keys */
      name: string | null;
      /** @enum {string} */
      role: 'read' | 'operate' | 'write' | 'admin';
    };
    SignIn: {
      /** @description An API key */
      key: string;
    };
    Source: {
      account: string | null;
      /** @description Do nothing if more than this share of the upcoming broadcasts would be canceled at once */
      brake: number;
      braked: boolean;
      /** @description Counts of the last sync */
      counts: {
        canceled: number;
        changed: number;
        conflicting: number;
        kept: number;
        new: number;
        skipped: number;
        unchanged: number;
        vanished: number;
      } | null;
      /** Format: date-time */
      createdAt: string;
      /** @description Order of day and month in dates such as 02/12/2030 in a CSV */
      dateOrder: ('day-first' | 'month-first') | null;
      /**
       * Format: duration
       * @description Time between two syncs
       */
      every: string;
      /** @description Ignore unknown columns of a CSV */
      ignoreColumns: boolean;
      /**
       * @description `document`: what `livestream apply` declares; it is applied, not synced
       * @enum {string}
       */
      kind: 'ics' | 'csv' | 'zoom' | 'document';
      /** @description Up to 20 */
      labels: {
        [key: string]: string;
      };
      /** @description It cannot change */
      name: string;
      /** @description When it will next be synced automatically */
      nextAt: string | null;
      /** @description Not synced automatically */
      paused: boolean;
      /** @description Why the last sync did nothing */
      problem: string | null;
      /** @description Progress of the sync that is running */
      progress: {
        done: number;
        total: number;
      } | null;
      /** @description Cancel what the timetable no longer lists; only what this source made and has not started */
      prune: boolean;
      /** @description When its file, or the list in Zoom, was last read */
      readAt: string | null;
      timezone: string | null;
      /**
       * @description With `zoomUser`: only meetings whose topic it matches somewhere
       * @example ^Lecture
       */
      topic: string | null;
      /** @description When it was last synced, with or without success */
      triedAt: string | null;
      /** Format: date-time */
      updatedAt: string;
      /**
       * @description URL of the file. Its host must be in CALENDAR_HOSTS; webcal:// means https://. Null: you sync files by hand, or the kind is `zoom`
       * @example https://calendar.example.org/rooms.ics
       */
      url: string | null;
      /**
       * @description For a calendar (`ics`): what ambiguous or unknown zone names mean; case does not matter
       * @example {
       *       "BST": "Europe/London"
       *     }
       */
      zones: {
        [key: string]: string;
      };
      /** @description Instead of `zoomUser`: the one meeting or webinar that is followed, with its occurrences */
      zoomMeeting: string | null;
      /**
       * @description Of the kind `zoom`: the host whose meetings and webinars are followed
       * @example host@example.org
       */
      zoomUser: string | null;
    };
    /**
     * SourceChange
     * @description Fields you leave out stay as they are
     */
    SourceChange: {
      account?: string | null;
      /** @description Do nothing if more than this share of the upcoming broadcasts would be canceled at once */
      brake?: number;
      /** @description Order of day and month in dates such as 02/12/2030 in a CSV */
      dateOrder?: ('day-first' | 'month-first') | null;
      /**
       * Format: duration
       * @description Time between two syncs
       */
      every?: string;
      /** @description Ignore unknown columns of a CSV */
      ignoreColumns?: boolean;
      /** @description Up to 20 */
      labels?: {
        [key: string]: string;
      };
      /** @description Not synced automatically */
      paused?: boolean;
      /** @description Cancel what the timetable no longer lists; only what this source made and has not started */
      prune?: boolean;
      timezone?: string | null;
      /**
       * @description With `zoomUser`: only meetings whose topic it matches somewhere
       * @example ^Lecture
       */
      topic?: string | null;
      /**
       * @description URL of the file. Its host must be in CALENDAR_HOSTS; webcal:// means https://. Null: you sync files by hand, or the kind is `zoom`
       * @example https://calendar.example.org/rooms.ics
       */
      url?: string | null;
      /**
       * @description For a calendar (`ics`): what ambiguous or unknown zone names mean; case does not matter
       * @example {
       *       "BST": "Europe/London"
       *     }
       */
      zones?: {
        [key: string]: string;
      };
      /** @description Instead of `zoomUser`: the one meeting or webinar that is followed, with its occurrences */
      zoomMeeting?: string | null;
      /**
       * @description Of the kind `zoom`: the host whose meetings and webinars are followed
       * @example host@example.org
       */
      zoomUser?: string | null;
    };
    Sources: {
      sources: components['schemas']['Source'][];
    };
    Summary: {
      accounts: {
        leftThisSecond: number;
        /** @description Null: this plan has no daily limit */
        leftToday: number | null;
        name: string;
        /** @description Zoom asked for no requests before this time */
        pausedUntil: string | null;
        /** @enum {string} */
        plan: 'free' | 'pro' | 'business';
        usedLastSecond: number;
        /** @description Requests sent on this UTC day */
        usedToday: number;
      }[];
      alerts: {
        acknowledged: number;
        /** @description Open alerts by code; codes without open alerts are left out */
        byCode: {
          clock?: number;
          daily_limit?: number;
          failed?: number;
          late_start?: number;
          late_stop?: number;
          missed?: number;
          no_worker?: number;
          preflight?: number;
          source?: number;
          unconfirmed?: number;
          versions?: number;
        };
        open: number;
        /** @description Changes whenever an alert does: read `/v1/alerts` again then */
        version: string;
      };
      /** Format: date-time */
      at: string;
      broadcasts: {
        /** @description All stored broadcasts, by status */
        now: {
          canceled: number;
          ended: number;
          failed: number;
          live: number;
          missed: number;
          scheduled: number;
          starting: number;
          stopping: number;
          waiting: number;
        };
        /** @description Broadcasts that start today, by status */
        today: {
          canceled: number;
          ended: number;
          failed: number;
          live: number;
          missed: number;
          scheduled: number;
          starting: number;
          stopping: number;
          waiting: number;
        };
      };
      nextStart: {
        /** Format: date-time */
        at: string;
        broadcastId: string;
        meetingId: string;
        title: string | null;
      } | null;
      nextStop: {
        /** Format: date-time */
        at: string;
        broadcastId: string;
        meetingId: string;
        title: string | null;
      } | null;
      /** @description The action that is overdue the longest */
      oldestOverdue: {
        /** @enum {string} */
        action: 'start' | 'stop';
        /** Format: date-time */
        at: string;
        broadcastId: string;
        meetingId: string;
        overdueMs: number;
        title: string | null;
      } | null;
      /** @description While Redis refuses writes nothing goes on or off air, and no worker can be seen */
      redis: {
        /** @description Why it refuses writes, and what to do */
        detail: string | null;
        writes: boolean;
      };
      /** @description The time zone that defines `today` */
      timezone: string;
      /** @description Versions of livestream-scheduler that run here, with their processes */
      versions: {
        processes: number;
        version: string;
      }[];
      workers: {
        seen: number;
      };
      zoomEvents: {
        ageMs: number | null;
        /** @description When the last Zoom event arrived; null: never */
        lastAt: string | null;
      };
    };
    /** Sync */
    Sync: {
      /** @description A file to use instead of the one at `url` */
      content?: string;
      /** @description Only show what it would do */
      dryRun?: boolean;
      /**
       * @description Of `content`; default utf-8
       * @enum {string}
       */
      encoding?: 'utf-8' | 'base64';
      /** @description Sync even if it would be braked */
      force?: boolean;
      /** @description For this sync */
      prune?: boolean;
    };
    SyncPlan: {
      /** @description Nothing is done; `force` overrides it unless the file cannot be read */
      braked: boolean;
      /** @description The timetable cancels it, or its series no longer has this time */
      canceled: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      /** @description Moved, or changed otherwise */
      changed: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      /** @description Overlaps another broadcast of its meeting; not stored */
      conflicting: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      counts: {
        canceled: number;
        changed: number;
        conflicting: number;
        kept: number;
        new: number;
        skipped: number;
        unchanged: number;
        vanished: number;
      };
      /** @description Edited here, or on air: left as it is */
      kept: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      /** @description Planned */
      new: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      /** @description Why it is braked */
      reason: string | null;
      /** @description Not a broadcast, or unreadable */
      skipped: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
      /** @description No longer in the timetable; canceled only with `prune` */
      vanished: {
        broadcastId: string | null;
        detail: string;
        /** @description Line of a CSV, number of the event in a calendar or of the meeting in the list */
        row: number | null;
        startAt: string | null;
        title: string | null;
        uid: string | null;
      }[];
    };
    TestedTargets: {
      targets: {
        delivered: boolean;
        reason: string | null;
        status: number | null;
        target: string;
        tookMs: number;
      }[];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  livez: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Alive */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Alive'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Text */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': unknown;
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Ready */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Ready'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_ready, redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listAccounts: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All accounts */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accounts'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listAlerts: {
    parameters: {
      query?: {
        /** @description Only alerts of broadcasts of this Zoom account */
        account?: string;
        /** @description `nextCursor` of the previous response */
        cursor?: string;
        /** @description Raised at or after this time */
        from?: string;
        /** @description Only for broadcasts with this label: `name=value`, or `name` alone for any value */
        label?: string;
        /** @description Maximum number of alerts in one response */
        limit?: number;
        /** @description Without it: all alerts */
        state?: 'open' | 'acknowledged' | 'resolved';
        /** @description Raised before this time */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AlertPage'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  acknowledgeAlert: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "note": "The host starts it."
         *     }
         */
        'application/json': components['schemas']['Acknowledgement'];
      };
    };
    responses: {
      /** @description The alert */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Alert'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  apply: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "document": {
         *         "name": "sundays",
         *         "series": [
         *           {
         *             "name": "service",
         *             "meetingId": "68423085",
         *             "rule": "FREQ=WEEKLY;BYDAY=SU",
         *             "startAt": "2026-12-06T09:00",
         *             "timezone": "America/New_York",
         *             "duration": "PT1H30M"
         *           }
         *         ]
         *       },
         *       "dryRun": true
         *     }
         */
        'application/json': components['schemas']['Apply'];
      };
    };
    responses: {
      /** @description What was done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApplyPlan'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description name_taken, count_differs, source_busy */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listAudit: {
    parameters: {
      query?: {
        /** @description Who: the name of a key, or all of it as the entries show it, such as `api:ops` or `library` */
        by?: string;
        /** @description `nextCursor` of the previous response */
        cursor?: string;
        /** @description At or after this time */
        from?: string;
        /** @description Maximum number of entries in one response */
        limit?: number;
        /** @description Before this time */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditPage'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listBroadcasts: {
    parameters: {
      query?: {
        /** @description Name of the Zoom account */
        account?: string;
        /** @description `nextCursor` of the previous response */
        cursor?: string;
        /** @description Your own id */
        externalId?: string;
        /** @description startAt at or after this time */
        from?: string;
        /** @description `name=value`, or `name` alone for any value */
        label?: string;
        /** @description Maximum number of broadcasts in one response */
        limit?: number;
        /** @description Zoom meeting or webinar number */
        meetingId?: string;
        /** @description By `startAt`: `asc` earliest first, `desc` latest first */
        order?: 'asc' | 'desc';
        /** @description Part of the title, meeting number or external id; case does not matter. One response searches at most 10,000 broadcasts, so it can contain fewer than `limit`, or none, and still have a `nextCursor` to continue with */
        q?: string;
        /** @description Id of the series that created them */
        seriesId?: string;
        /** @description One or more, separated by commas or repeated */
        status?: (
          | 'scheduled'
          | 'starting'
          | 'waiting'
          | 'live'
          | 'stopping'
          | 'ended'
          | 'canceled'
          | 'missed'
          | 'failed'
        )[];
        /** @description startAt before this time */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BroadcastPage'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description Within 24 h, the same key and body get the first response again; a different body gets 422 */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "meetingId": "684 2308 5",
         *       "title": "Sunday service",
         *       "startAt": "2035-12-02T09:00:00",
         *       "timezone": "America/New_York",
         *       "duration": "PT1H30M",
         *       "settings": {
         *         "layout": "speaker_view"
         *       },
         *       "labels": {
         *         "room": "A"
         *       }
         *     }
         */
        'application/json': components['schemas']['NewBroadcast'];
      };
    };
    responses: {
      /** @description The broadcast */
      201: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          /** @description Its URL path */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json, account_required */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description overlap */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency_key_reused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description Your ETag; 304 without a body if nothing has changed */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      200: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description Unchanged since the ETag in If-None-Match */
      304: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  cancelBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      200: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "Evening service",
         *       "labels": {
         *         "room": "B"
         *       }
         *     }
         */
        'application/json': components['schemas']['BroadcastChange'];
        /**
         * @example {
         *       "title": "Evening service",
         *       "labels": {
         *         "room": "B"
         *       }
         *     }
         */
        'application/merge-patch+json': components['schemas']['BroadcastChange'];
      };
    };
    responses: {
      /** @description The broadcast */
      200: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description overlap, too_late, finished, conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getBroadcastHistory: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The history */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['History'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  preflightBroadcast: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      200: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description The broadcast; the check is still in progress */
      202: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description finished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      202: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_retryable, stop_in_past, paused, conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  startBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      202: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description finished, stop_in_past, too_late, paused, conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  stopBroadcast: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The broadcast */
      202: {
        headers: {
          /** @description The revision and a hash of the representation */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcast'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_live, conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createBroadcasts: {
    parameters: {
      query?: never;
      header?: {
        /** @description Within 24 h, the same key and body get the first response again; a different body gets 422 */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "broadcasts": [
         *         {
         *           "meetingId": "684 2308 5",
         *           "startAt": "2035-12-09T09:00:00",
         *           "timezone": "America/New_York",
         *           "duration": "PT1H30M"
         *         },
         *         {
         *           "meetingId": "91234567890",
         *           "kind": "webinar",
         *           "startAt": "2035-12-07T18:00:00Z"
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['NewBroadcasts'];
      };
    };
    responses: {
      /** @description The broadcasts, in the order of the request */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Broadcasts'];
        };
      };
      /** @description validation_failed, malformed_json, account_required */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description overlap */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency_key_reused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  bulkBroadcasts: {
    parameters: {
      query?: never;
      header?: {
        /** @description Within 24 h, the same key and body get the first response again; a different body gets 422 */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "filter": {
         *         "label": "campus=north",
         *         "from": "2035-12-10T00:00:00-05:00",
         *         "to": "2035-12-11T00:00:00-05:00"
         *       },
         *       "action": "cancel",
         *       "dryRun": true
         *     }
         */
        'application/json': components['schemas']['BulkAction'];
      };
    };
    responses: {
      /** @description What was done, or would be */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAnswer'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description count_differs */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_matches, idempotency_key_reused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listCalendars: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All calendars */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CalendarList'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createCalendar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "holidays",
         *       "timezone": "America/New_York",
         *       "ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Christmas Day\nDTSTART;VALUE=DATE:20351225\nEND:VEVENT\nEND:VCALENDAR\n"
         *     }
         */
        'application/json': components['schemas']['NewCalendar'];
      };
    };
    responses: {
      /** @description The calendar */
      201: {
        headers: {
          /** @description The revision */
          ETag?: string;
          /** @description Its URL path */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Calendar'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description name_taken, limit_reached */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getCalendar: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The calendar */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Calendar'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteCalendar: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The calendar */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Calendar'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description in_use, conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeCalendar: {
    parameters: {
      query?: never;
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "timezone": "America/Chicago"
         *     }
         */
        'application/json': components['schemas']['CalendarChange'];
        /**
         * @example {
         *       "timezone": "America/Chicago"
         *     }
         */
        'application/merge-patch+json': components['schemas']['CalendarChange'];
      };
    };
    responses: {
      /** @description The calendar */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Calendar'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  streamEvents: {
    parameters: {
      query?: {
        /** @description Only events of this broadcast */
        broadcastId?: string;
        /** @description For clients that cannot set the header `Last-Event-ID`, which takes precedence */
        lastEventId?: string;
        /** @description Event names, comma-separated or repeated; `*` stands for the last part: `broadcast.*,alert.missed` */
        type?: string;
      };
      header?: {
        /** @description Resume after this event; `0`: from the oldest stored event. Without it: from now */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': components['schemas']['Event'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  export: {
    parameters: {
      query?: {
        /** @description Name of the document; default: the name of the only one, else `livestream` */
        name?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Document'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listFeeds: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The feeds, without their addresses */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Feeds'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createFeed: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Room A",
         *       "label": "room=A"
         *     }
         */
        'application/json': components['schemas']['NewFeed'];
      };
    };
    responses: {
      /** @description The feed */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedFeed'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description limit_reached */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteFeed: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The feed that was deleted */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Feed'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readFeed: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description iCalendar */
      200: {
        headers: {
          /** @description A hash of the text */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'text/calendar': unknown;
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The list, without the keys themselves */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Keys'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "north-desk",
         *       "role": "operate",
         *       "labels": [
         *         "campus=north"
         *       ]
         *     }
         */
        'application/json': components['schemas']['NewKey'];
      };
    };
    responses: {
      /** @description The key */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedKey'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description name_taken */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  revokeKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key that was revoked */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Key'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listDeadNotifications: {
    parameters: {
      query?: {
        /** @description Maximum number in one response, newest first */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Dead letters */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeadNotifications'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryDeadNotifications: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many will be retried */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RetriedNotifications'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  testNotifications: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer of each */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TestedTargets'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listPauses: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The pauses */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pauses'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description Within 24 h, the same key and body get the first response again; a different body gets 422 */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "scope": {
         *         "label": "room=A"
         *       },
         *       "until": "2035-12-06T14:00:00Z",
         *       "note": "Fire drill in room A"
         *     }
         */
        'application/json': components['schemas']['NewPause'];
      };
    };
    responses: {
      /** @description The pause */
      201: {
        headers: {
          /** @description Its URL path */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pause'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description outside_limits, forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_pauses */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency_key_reused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getPause: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The pause */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pause'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  endPause: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The pause that has ended */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pause'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  preflightPlan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "meetingId": "684 2308 5",
         *       "startAt": "2035-12-02T09:00:00",
         *       "timezone": "America/New_York"
         *     }
         */
        'application/json': components['schemas']['NewBroadcast'];
      };
    };
    responses: {
      /** @description What was found */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlanCheck'];
        };
      };
      /** @description validation_failed, malformed_json, account_required */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listSeries: {
    parameters: {
      query?: {
        /** @description Name of the Zoom account */
        account?: string;
        /** @description `nextCursor` of the previous response */
        cursor?: string;
        /** @description Your own id */
        externalId?: string;
        /** @description `name=value`, or `name` alone for any value */
        label?: string;
        /** @description Maximum number of series in one response */
        limit?: number;
        /** @description Zoom meeting or webinar number */
        meetingId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SeriesPage'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createSeries: {
    parameters: {
      query?: never;
      header?: {
        /** @description Within 24 h, the same key and body get the first response again; a different body gets 422 */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "meetingId": "684 2308 5",
         *       "title": "Sunday service",
         *       "rule": "FREQ=WEEKLY;BYDAY=SU",
         *       "startAt": "2035-12-02T09:00",
         *       "timezone": "America/New_York",
         *       "duration": "PT1H30M"
         *     }
         */
        'application/json': components['schemas']['NewSeries'];
      };
    };
    responses: {
      /** @description The series */
      201: {
        headers: {
          /** @description The revision */
          ETag?: string;
          /** @description Its URL path */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Series'];
        };
      };
      /** @description validation_failed, malformed_json, account_required */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency_key_reused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSeries: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The series */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Series'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteSeries: {
    parameters: {
      query?: {
        /** @description Keep its upcoming broadcasts */
        keepOccurrences?: boolean;
      };
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The series */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Series'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeSeries: {
    parameters: {
      query?: {
        /** @description Local time of an occurrence: changes it and those after it. The answer is a new series that `follows` this one */
        from?: string;
      };
      header?: {
        /** @description An ETag whose revision must still be current, or *; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "duration": "PT2H",
         *       "exceptions": [
         *         "2035-12-30"
         *       ]
         *     }
         */
        'application/json': components['schemas']['SeriesChange'];
        /**
         * @example {
         *       "duration": "PT2H",
         *       "exceptions": [
         *         "2035-12-30"
         *       ]
         *     }
         */
        'application/merge-patch+json': components['schemas']['SeriesChange'];
      };
    };
    responses: {
      /** @description The series */
      200: {
        headers: {
          /** @description The revision */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Series'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description conflict, too_late */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description precondition_failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listOccurrences: {
    parameters: {
      query?: {
        /** @description Maximum number of occurrences in the response */
        limit?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The next occurrences, with the broadcasts that already exist */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Occurrences'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The caller */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  signIn: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "key": "lsk_…"
         *     }
         */
        'application/json': components['schemas']['SignIn'];
      };
    };
    responses: {
      /** @description Signed in */
      204: {
        headers: {
          /** @description The session */
          'Set-Cookie'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  signOut: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signed out */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listSources: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The sources */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Sources'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createSource: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "law-faculty",
         *       "kind": "ics",
         *       "url": "https://calendar.example.org/law.ics",
         *       "every": "PT15M",
         *       "timezone": "Europe/Berlin",
         *       "labels": {
         *         "faculty": "law"
         *       },
         *       "prune": true,
         *       "brake": 0.2
         *     }
         */
        'application/json': components['schemas']['NewSource'];
      };
    };
    responses: {
      /** @description The source */
      201: {
        headers: {
          /** @description Its URL path */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description name_taken */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSource: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The source */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteSource: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The source as it was */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeSource: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "paused": true
         *     }
         */
        'application/json': components['schemas']['SourceChange'];
        /**
         * @example {
         *       "paused": true
         *     }
         */
        'application/merge-patch+json': components['schemas']['SourceChange'];
      };
    };
    responses: {
      /** @description The source */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  planSource: {
    parameters: {
      query?: {
        /** @description Show what the last sync did, not what a sync would do now */
        last?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The plan */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyncPlan'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description source_unavailable */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  syncSource: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "dryRun": true,
         *       "content": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
         *     }
         */
        'application/json': components['schemas']['Sync'];
      };
    };
    responses: {
      /** @description What was done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyncPlan'];
        };
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description source_busy */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description source_unavailable */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSummary: {
    parameters: {
      query?: {
        /** @description IANA time zone that defines `today` */
        timezone?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The overview */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Summary'];
        };
      };
      /** @description validation_failed */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too_many_requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  receiveZoomEvent: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description validation_failed, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description signature_invalid, unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body_too_large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported_media_type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description internal */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description redis_unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
