package io.leat.model;

/** What a client does about an error; it acts on this alone (docs/protocol.md, "Errors"). */
public enum Disposition {
  /** Throw it to the caller. */
  USER,
  /** Nothing was applied: back off and send again. */
  RETRY,
  /** Another metadata server owns the virtual server: ask there. */
  REDIRECT,
  /** It may or may not have been applied: resend the same slot and sequence. */
  INDETERMINATE,
  /** The session is gone: drop tokens and layouts, open a new one. */
  FENCED,
  /** A broken invariant: stop. */
  FATAL
}
