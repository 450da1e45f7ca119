'use strict';

// Exit 0 when the service on this host answers: for HEALTHCHECK, which has no curl.
fetch(`http://127.0.0.1:${process.env.PORT || 8000}/health`).then(
  (answer) => process.exit(answer.ok ? 0 : 1),
  () => process.exit(1),
);
