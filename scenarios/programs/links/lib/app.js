'use strict';

const express = require('express');
const { nanoid } = require('nanoid');

/** The service: POST a long address, GET the short one. */
function createApp(links = new Map()) {
  const app = express();

  app.use(express.json());
  app.post('/links', (request, response) => {
    const { url } = request.body;
    if (!/^https?:\/\//.test(url || '')) {
      return response.status(400).json({ error: 'url is not an address' });
    }
    const name = nanoid(8);
    links.set(name, url);
    return response.status(201).json({ name });
  });
  app.get('/health', (request, response) => response.json({ status: 'ok', links: links.size }));
  app.get('/:name', (request, response) => {
    const url = links.get(request.params.name);
    return url ? response.redirect(url) : response.sendStatus(404);
  });
  return app;
}

module.exports = { createApp };
