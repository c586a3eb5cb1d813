-- Part of the scripts that report: the event log and the audit, each with its approximate maximum length.

local function write_event(base, event)
  redis.call('XADD', base .. 'events', 'MAXLEN', '~', 100000, '*', 'e', event)
end

local function write_audit(base, entry)
  redis.call('XADD', base .. 'audit', 'MAXLEN', '~', 1000000, '*', 'e', entry)
end

