package io.leat.mds.config;

import io.leat.mds.journal.AreaPaths;
import io.leat.mds.server.MdsConfig;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.takeover.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/**
 * A server's configuration, read once.
 *
 * @param home where relative paths start
 * @param mds what the metadata server is told
 * @param zooKeeper where the cell's name service stands
 * @param volumeBytes size of a volume that an embedded cell makes
 * @param warnings sentences about keys that were ignored, for the log
 */
public record LeatConfiguration(
    Path home,
    MdsConfig mds,
    ZooKeeperSettings zooKeeper,
    long volumeBytes,
    List<String> warnings) {

  /** The name of a server's configuration file. */
  public static final String FILE = "leat-site.xml";

  public LeatConfiguration {
    Objects.requireNonNull(home);
    Objects.requireNonNull(mds);
    Objects.requireNonNull(zooKeeper);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads {@value #FILE} of a configuration directory.
   *
   * @param overrides keys that win over the file
   * @param fallbacks keys for what the file leaves out
   * @throws ConfigurationException when the file is missing or no XML, or a value is bad
   */
  public static LeatConfiguration load(
      Path directory, Map<String, String> overrides, Map<String, String> fallbacks)
      throws IOException {
    Path file = directory.resolve(FILE).toAbsolutePath().normalize();
    if (!Files.isReadable(file)) {
      throw new ConfigurationException("there is no readable " + FILE + " in " + directory);
    }
    Configuration configuration = new Configuration(false);
    configuration.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
    try {
      fallbacks.forEach(configuration::setIfUnset);
      overrides.forEach(configuration::set);
      return parse(configuration, file.getParent().getParent());
    } catch (ConfigurationException e) {
      throw new ConfigurationException(file + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // Hadoop's Configuration throws these for XML that it cannot read.
      throw new ConfigurationException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a configuration.
   *
   * @param home where relative paths start, unless {@code leat.data.dir} says otherwise
   */
  public static LeatConfiguration parse(Configuration configuration, Path home)
      throws ConfigurationException {
    KeyReader reader = new KeyReader(configuration);
    Path base =
        reader.isSet(ConfigKey.DATA_DIR, "") ? home.resolve(reader.text(ConfigKey.DATA_DIR)) : home;
    return new LeatConfiguration(
        base,
        mds(reader, base),
        zooKeeper(reader),
        reader.number(ConfigKey.VOLUME_SIZE, ""),
        UnknownKeys.in(configuration));
  }

  private static MdsConfig mds(KeyReader reader, Path base) throws ConfigurationException {
    return new MdsConfig(
        reader.text(ConfigKey.MDS_NAME),
        base.toAbsolutePath(),
        reader.text(ConfigKey.MDS_HOST),
        reader.smallNumber(ConfigKey.MDS_PORT),
        virtualServers(reader, base),
        reader.number(ConfigKey.IMAGE_SIZE, ""),
        reader.smallNumber(ConfigKey.CLIENT_LEASE),
        reader.smallNumber(ConfigKey.SESSION_REPLY_SLOTS),
        reader.text(ConfigKey.SUPERUSER_GROUP),
        reader.number(ConfigKey.CHECKPOINT_JOURNAL_BYTES, ""),
        reader.smallNumber(ConfigKey.VOLUME_SYNC_INTERVAL),
        reader.smallNumber(ConfigKey.INLINE_SIZE_MAX),
        detection(reader),
        reader.smallNumber(ConfigKey.TAKEOVER_GIVEBACK));
  }

  private static Detection detection(KeyReader reader) throws ConfigurationException {
    try {
      return new Detection(
          reader.smallNumber(ConfigKey.TAKEOVER_GONE), reader.smallNumber(ConfigKey.TAKEOVER_HUNG));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s, %s: %s"
              .formatted(
                  ConfigKey.TAKEOVER_GONE.template(),
                  ConfigKey.TAKEOVER_HUNG.template(),
                  e.getMessage()),
          e);
    }
  }

  private static List<VirtualServerStorage> virtualServers(KeyReader reader, Path base)
      throws ConfigurationException {
    List<String> names = reader.names(ConfigKey.MDS_VIRTUAL_SERVERS);
    if (new HashSet<>(names).size() != names.size()) {
      throw new ConfigurationException(
          "%s names a virtual server twice: %s"
              .formatted(ConfigKey.MDS_VIRTUAL_SERVERS.template(), names));
    }
    List<VirtualServerStorage> servers = new ArrayList<>();
    for (String name : names) {
      servers.add(storage(reader, base, name));
    }
    return servers;
  }

  private static AreaPaths metadata(KeyReader reader, Path base, String name)
      throws ConfigurationException {
    try {
      return AreaPaths.parse(
          reader.text(ConfigKey.VS_METADATA, name), path -> base.resolve(path).normalize());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s: %s".formatted(ConfigKey.VS_METADATA.of(name), e.getMessage()), e);
    }
  }

  private static VirtualServerStorage storage(KeyReader reader, Path base, String name)
      throws ConfigurationException {
    boolean ownDirect = reader.isSet(ConfigKey.VS_VOLUME_DIRECT, name);
    boolean ownImageSize = reader.isSet(ConfigKey.VS_IMAGE_SIZE, name);
    return new VirtualServerStorage(
        name,
        metadata(reader, base, name),
        base.resolve(reader.text(ConfigKey.VS_IMAGE, name)),
        base.resolve(reader.text(ConfigKey.VS_VOLUME, name)),
        reader.text(ConfigKey.VS_VOLUME_NAME, name),
        reader.flag(ownDirect ? ConfigKey.VS_VOLUME_DIRECT : ConfigKey.VOLUME_DIRECT, name),
        reader.number(ownImageSize ? ConfigKey.VS_IMAGE_SIZE : ConfigKey.IMAGE_SIZE, name));
  }

  private static ZooKeeperSettings zooKeeper(KeyReader reader) throws ConfigurationException {
    try {
      return new ZooKeeperSettings(
          reader.text(ConfigKey.ZOOKEEPER_CONNECT),
          reader.text(ConfigKey.ZOOKEEPER_ROOT),
          reader.smallNumber(ConfigKey.ZOOKEEPER_SESSION_TIMEOUT),
          reader.smallNumber(ConfigKey.ZOOKEEPER_PORT));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }
}
