package io.leat.mds.config;

import java.io.IOException;

/** A configuration that cannot be used; the message names the key, its value and what it takes. */
public final class ConfigurationException extends IOException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
