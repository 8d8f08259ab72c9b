package io.leat.coordination;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "home-2", "a--b"})
  void shouldAcceptVirtualServerNameWhenItIsDnsLabel(String name) {
    assertEquals(name, VirtualServerConfig.requireValidName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a/b", "a_b", "ä", ".."})
  void shouldRefuseVirtualServerNameWhenItIsNoDnsLabel(String name) {
    assertThrows(IllegalArgumentException.class, () -> VirtualServerConfig.requireValidName(name));
  }

  @Test
  void shouldBoundLengthOfVirtualServerName() {
    assertDoesNotThrow(() -> VirtualServerConfig.requireValidName("a".repeat(63)));
    assertThrows(
        IllegalArgumentException.class, () -> VirtualServerConfig.requireValidName("a".repeat(64)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:1", "10.0.0.1:65535", "[::1]:7000"})
  void shouldAcceptAddress(String address) {
    assertEquals(address, new OwnerRecord("a", 1, address, "0").address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host", "host:", ":1", "host:0", "host:65536", "host:x", "a b:1", "::1:7"})
  void shouldRefuseAddress(String address) {
    assertThrows(IllegalArgumentException.class, () -> new OwnerRecord("a", 1, address, "0"));
  }

  @Test
  void shouldRefuseCandidatesThatAreMissingOrRepeated() {
    assertThrows(IllegalArgumentException.class, () -> config(List.of(), "p"));
    assertThrows(IllegalArgumentException.class, () -> config(List.of("a", "a"), "p"));
    List<String> many = Collections.nCopies(VirtualServerConfig.MAX_CANDIDATES + 1, "a");
    assertThrows(IllegalArgumentException.class, () -> config(many, "p"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " p", "p\nowner=x", "p\u0000"})
  void shouldRefusePointerThatWouldBreakARecord(String pointer) {
    assertThrows(IllegalArgumentException.class, () -> config(List.of("a"), pointer));
  }

  private static VirtualServerConfig config(List<String> candidates, String pointer) {
    return new VirtualServerConfig("home", candidates, pointer, VirtualServerConfig.NEW);
  }
}
