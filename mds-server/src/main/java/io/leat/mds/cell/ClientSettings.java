package io.leat.mds.cell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The few keys by which a Hadoop client finds a cell. */
public final class ClientSettings {

  private ClientSettings() {}

  /** For a virtual server that these metadata servers, {@code host:port}, know. */
  public static Map<String, String> of(String virtualServer, List<String> addresses) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.defaultFS", "leat://" + virtualServer + "/");
    settings.put("fs.leat.impl", "io.leat.hadoop.LeatFileSystem");
    settings.put("fs.AbstractFileSystem.leat.impl", "io.leat.hadoop.LeatFs");
    settings.put("fs.leat.mds.addresses", String.join(",", addresses));
    return settings;
  }
}
