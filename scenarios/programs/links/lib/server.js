'use strict';

const morgan = require('morgan');
const { createApp } = require('./app');

const app = createApp();
const server = app.listen(process.env.PORT || 8000, '0.0.0.0');

app.use(morgan('combined'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
