package io.leat.mds.cell;

import java.io.IOException;

/** Another process, or another cell of this one, uses the cell's directory. */
public final class CellInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  CellInUseException(String message) {
    super(message);
  }
}
