package io.leat.mds.takeover;

/** What an owner says over the wire whose mailbox stands still. */
public enum Word {
  /** It is not asked: all are processes of one host. */
  NEEDLESS,
  /** It has not been asked yet since it stands still. */
  AWAITED,
  /** It does not answer, or says no more than stands in its mailbox. */
  NOTHING,
  /**
   * It has written mails that are not in its mailbox here: what this host takes for the metadata
   * device is another one.
   */
  ELSEWHERE
}
