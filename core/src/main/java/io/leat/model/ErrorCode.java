package io.leat.model;

/**
 * Every error that can cross the wire, with the number it has there. Numbers are never reused.
 *
 * <p>The {@link Disposition} tells a client what to do; the code tells the adapter which exception
 * the user sees, in one place.
 */
public enum ErrorCode {
  NOT_FOUND(1, Disposition.USER),
  ALREADY_EXISTS(2, Disposition.USER),
  /** A component of the path that should be a directory is a file. */
  PARENT_NOT_DIRECTORY(3, Disposition.USER),
  IS_DIRECTORY(4, Disposition.USER),
  NOT_DIRECTORY(5, Disposition.USER),
  DIRECTORY_NOT_EMPTY(6, Disposition.USER),
  PERMISSION_DENIED(7, Disposition.USER),
  INVALID_ARGUMENT(8, Disposition.USER),
  INVALID_PATH(9, Disposition.USER),
  NO_SPACE(10, Disposition.USER),
  /** Another stream holds the file's write lease; the message names it and the expiry. */
  LEASE_HELD(11, Disposition.USER),
  /** The stream's write lease was taken from it. */
  LEASE_LOST(12, Disposition.USER),
  UNSUPPORTED(13, Disposition.USER),
  SAFE_MODE(14, Disposition.USER),
  XATTR_NOT_FOUND(15, Disposition.USER),
  XATTR_EXISTS(16, Disposition.USER),
  UNKNOWN_VIRTUAL_SERVER(17, Disposition.USER),
  VERSION_MISMATCH(18, Disposition.USER),
  RENAME_INTO_ITSELF(19, Disposition.USER),
  IMAGE_FULL(20, Disposition.USER),
  /** The host crashed before these bytes of the file were durable. */
  DATA_LOST(21, Disposition.USER),
  /** It was taken out of service for everybody. */
  VIRTUAL_SERVER_STOPPED(22, Disposition.USER),
  /** The server's queue is full. */
  OVERLOADED(30, Disposition.RETRY),
  /** After a restart the claims of other sessions are not all in yet. */
  RECOVERING(31, Disposition.RETRY),
  /** The file cannot be cut or joined before the volume's next flush. */
  FLUSHING(32, Disposition.RETRY),

  /** Tokens of the file are on their way back from the client that asks. */
  REVOKING(33, Disposition.RETRY),
  NOT_OWNER(40, Disposition.REDIRECT),
  /** The owner stopped between applying and acknowledging. */
  OWNER_STOPPED(50, Disposition.INDETERMINATE),
  SESSION_UNKNOWN(60, Disposition.FENCED),
  INTERNAL(70, Disposition.FATAL);

  private static final ErrorCode[] BY_NUMBER = index();

  private final int number;
  private final Disposition disposition;

  ErrorCode(int number, Disposition disposition) {
    this.number = number;
    this.disposition = disposition;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  public Disposition disposition() {
    return disposition;
  }

  /** The code with this number; {@link #INTERNAL} for one that a newer peer knows and we do not. */
  public static ErrorCode of(int number) {
    ErrorCode code = number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    return code == null ? INTERNAL : code;
  }

  private static ErrorCode[] index() {
    ErrorCode[] index = new ErrorCode[INTERNAL.number + 1];
    for (ErrorCode code : values()) {
      index[code.number] = code;
    }
    return index;
  }
}
