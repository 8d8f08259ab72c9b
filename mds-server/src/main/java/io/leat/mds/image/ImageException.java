package io.leat.mds.image;

/** The storage of an image failed. The open transaction, if any, has to be closed. */
public class ImageException extends RuntimeException {

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
