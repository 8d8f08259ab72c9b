package io.leat.mds.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.OpenSession;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ManifestsTest {

  private static final int CLAIMS_MAX = 10;

  private final Manifests manifests = new Manifests(CLAIMS_MAX);
  private final Peer one = new TestClient.Connection();
  private final Peer other = new TestClient.Connection();

  /** Claims of files {@code from} to {@code to}. */
  private static OpenSession page(int pages, long from, long to) {
    return OpenSession.newBuilder()
        .setPages(pages)
        .addAllClaims(
            LongStream.rangeClosed(from, to)
                .mapToObj(file -> Claim.newBuilder().setFileId(file).build())
                .toList())
        .build();
  }

  private static Set<Long> files(Optional<Map<Long, Claim>> claims) {
    return claims.orElseThrow().keySet();
  }

  @Test
  void shouldCollectWhatEachSaysAndTellItWithTheLast() throws LeatException {
    assertEquals(Set.of(1L), files(manifests.add(one, 1, page(0, 1, 1))));
    assertEquals(Optional.empty(), manifests.add(one, 2, page(3, 1, 2)));
    assertEquals(Optional.empty(), manifests.add(other, 2, page(2, 7, 7)));
    assertEquals(Optional.empty(), manifests.add(one, 2, page(3, 5, 5)));
    assertEquals(Set.of(7L, 8L), files(manifests.add(other, 2, page(2, 8, 8))));
    assertEquals(Set.of(1L, 2L, 3L, 5L), files(manifests.add(one, 2, page(3, 3, 3))));
  }

  @Test
  void shouldBeginAnewWithAnotherAttempt() throws LeatException {
    assertEquals(Optional.empty(), manifests.add(one, 1, page(2, 1, 2)));
    assertEquals(Optional.empty(), manifests.add(one, 2, page(2, 3, 3)));
    assertEquals(Set.of(3L, 4L), files(manifests.add(one, 2, page(2, 4, 4))));
    assertEquals(Optional.empty(), manifests.add(one, 3, page(2, 5, 5)));
    assertEquals(Set.of(5L), files(manifests.forget(one)));
    assertEquals(Optional.empty(), manifests.forget(one));
  }

  @Test
  void shouldHaveRoomForSoManyAndForMoreWhenSomeAreGone() throws LeatException {
    assertEquals(Optional.empty(), manifests.add(one, 1, page(2, 1, CLAIMS_MAX - 1)));
    LeatException full =
        assertThrows(LeatException.class, () -> manifests.add(other, 1, page(2, 1, 2)));
    assertEquals(ErrorCode.OVERLOADED, full.code());
    assertEquals(CLAIMS_MAX + 1, files(manifests.add(one, 1, page(2, 20, 21))).size());
    assertEquals(Optional.empty(), manifests.add(other, 2, page(2, 1, CLAIMS_MAX)));
    assertEquals(CLAIMS_MAX, files(manifests.forget(other)).size());
    assertEquals(Optional.empty(), manifests.add(one, 2, page(2, 1, CLAIMS_MAX)));
  }
}
