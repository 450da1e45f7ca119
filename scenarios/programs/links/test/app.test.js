'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { createApp } = require('../lib/app');

test('a name leads where it was said to lead', async () => {
  const server = createApp().listen(0);
  const at = `http://127.0.0.1:${server.address().port}`;
  const made = await fetch(`${at}/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://example.org/a' }),
  });
  const { name } = await made.json();
  const there = await fetch(`${at}/${name}`, { redirect: 'manual' });
  assert.equal(there.headers.get('location'), 'https://example.org/a');
  assert.equal((await fetch(`${at}/health`)).status, 200);
  server.close();
});
