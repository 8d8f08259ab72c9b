package io.leat.coordination.zk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.VirtualServerConfig;
import io.leat.model.VersionRange;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRecordTest {

  private static final String PATH = "/leat/cell/members/a";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "format=2\nname=a\n",
        "name=a\n",
        "format=1\nname\n",
        "format=1\n=a\n",
        "format=1\nname=a\nname=b\n"
      })
  void shouldNamePathWhenContentIsDamaged(String content) {
    assertDamaged(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldRefuseContentThatIsNotUtf8() {
    assertDamaged(new byte[] {'f', '=', (byte) 0xff});
  }

  @Test
  void shouldRefuseContentThatIsTooLarge() {
    assertDamaged(new byte[TextRecord.MAX_BYTES + 1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"port=x", "port=0", "port=99999999999", "load=-1", "host=a b"})
  void shouldRefuseValueOutOfRange(String line) {
    String key = line.substring(0, line.indexOf('='));
    String good = new String(RecordCodec.encode(PATH, largestMember()), StandardCharsets.UTF_8);
    String bad = good.replaceAll("(?m)^" + key + "=.*$", line);
    CoordinationException e =
        assertThrows(CoordinationException.class, () -> RecordCodec.decodeMember(node(bad)));
    assertTrue(e.getMessage().contains(PATH), e.getMessage());
  }

  @Test
  void shouldIgnoreKeysOfLaterVersions() throws Exception {
    String content = new String(RecordCodec.encode(PATH, largestMember()), StandardCharsets.UTF_8);
    assertEquals(largestMember(), RecordCodec.decodeMember(node(content + "mood=fine\n")));
  }

  @Test
  void shouldHoldTheLargestValues() throws Exception {
    byte[] member = RecordCodec.encode(PATH, largestMember());
    assertEquals(largestMember(), RecordCodec.decodeMember(new Node(PATH, member, new Stat())));
    VirtualServerConfig config =
        new VirtualServerConfig(
            "a".repeat(63),
            IntStream.range(0, VirtualServerConfig.MAX_CANDIDATES)
                .mapToObj(i -> "m".repeat(60) + (100 + i))
                .toList(),
            "\u4e2d".repeat(1024),
            0);
    byte[] content = RecordCodec.encode(PATH, config, "w");
    assertEquals(config, RecordCodec.decodeConfig(new Node(PATH, content, new Stat())));
  }

  private static MemberInfo largestMember() {
    List<String> capabilities = Collections.nCopies(MemberInfo.MAX_CAPABILITIES, "c".repeat(64));
    return new MemberInfo(
        "a".repeat(63),
        "h".repeat(253),
        65_535,
        capabilities,
        "v".repeat(64),
        new VersionRange(1, Integer.MAX_VALUE),
        new VersionRange(1, Integer.MAX_VALUE),
        Integer.MAX_VALUE);
  }

  private static Node node(String content) {
    return new Node(PATH, content.getBytes(StandardCharsets.UTF_8), new Stat());
  }

  private static void assertDamaged(byte[] content) {
    CoordinationException e =
        assertThrows(CoordinationException.class, () -> TextRecord.decode(PATH, content));
    assertTrue(e.getMessage().contains(PATH), e.getMessage());
  }
}
