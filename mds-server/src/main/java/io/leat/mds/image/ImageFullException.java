package io.leat.mds.image;

/**
 * A change does not fit into the image's capacity. The transaction that met it must be closed;
 * afterwards deletes and smaller writes work again.
 */
public class ImageFullException extends ImageException {

  private final long capacityBytes;

  /**
   * @param image name of the image for the message
   * @param capacityBytes what the image may take at most
   * @param cause what the storage said, or null
   */
  public ImageFullException(String image, long capacityBytes, Throwable cause) {
    super(
        image
            + " is full (capacity "
            + capacityBytes
            + " bytes): delete files, or restart the virtual server with a larger capacity",
        cause);
    this.capacityBytes = capacityBytes;
  }

  /** What the image may take at most, in bytes. */
  public long capacityBytes() {
    return capacityBytes;
  }
}
