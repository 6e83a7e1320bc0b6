// htmx as its own file, so that it can be cached apart from our code. Configured for a policy without
// 'unsafe-inline' and 'unsafe-eval'.
import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
// A refused form (400, 409, 422) comes back as the same partial with its messages: show it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "(400|409|413|422)", swap: true, error: true },
  { code: "...", swap: false, error: true },
];
(globalThis as unknown as { htmx: typeof htmx }).htmx = htmx;
