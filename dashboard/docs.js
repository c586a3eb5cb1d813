// The forms on /docs: each sends its request to this server and shows the whole answer. The key is kept for this tab only and shared with
// the dashboard.

/** Show an event stream as it arrives, up to this length. */
const MAX_SHOWN = 20_000;

const keyField = document.getElementById('key');
keyField.value = sessionStorage.getItem('livestream-key') ?? '';
keyField.addEventListener('input', () => sessionStorage.setItem('livestream-key', keyField.value));
document.getElementById('key-form').addEventListener('submit', (event) => event.preventDefault());

for (const form of document.querySelectorAll('form.try')) {
  let running = null;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    running?.abort();
    running = new AbortController();
    void send(form, form.nextElementSibling, running.signal);
  });
}

async function send(form, output, signal) {
  output.hidden = false;
  output.textContent = '…';
  try {
    const { url, options } = requestOf(form);
    const answer = await fetch(url, { ...options, signal });
    output.textContent = `${answer.status} ${answer.statusText}\n${headersOf(answer)}\n`;
    await show(answer, output);
  } catch (error) {
    if (!signal.aborted) output.textContent = `No answer: ${error.message}`;
  }
}

/** Empty fields are not sent. */
function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = keyField.value ? { authorization: `Bearer ${keyField.value}` } : {};
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    if (dataset.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && dataset.in === 'query') query.append(name, value);
    else if (value && dataset.in === 'header') headers[name] = value;
  }
  const body = form.querySelector('textarea')?.value;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return { url: query.size > 0 ? `${path}?${query}` : path, options: { method: form.dataset.method, headers, body } };
}

function headersOf(answer) {
  return [...answer.headers].map(([name, value]) => `${name}: ${value}\n`).join('');
}

async function show(answer, output) {
  const type = answer.headers.get('content-type') ?? '';
  if (/json/.test(type)) {
    output.textContent += JSON.stringify(await answer.json(), null, 2);
    return;
  }
  for await (const chunk of textOf(answer.body)) {
    output.textContent += chunk;
    if (output.textContent.length > MAX_SHOWN) return;
  }
}

async function* textOf(stream) {
  const reader = stream?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) yield part.value;
}
