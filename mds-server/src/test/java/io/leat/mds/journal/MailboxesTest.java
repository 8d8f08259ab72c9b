package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leat.mds.journal.Mailbox.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MailboxesTest {

  private final TestStorage storage = new TestStorage(16, 4, 1);
  private final MetadataArea area = storage.process();
  private final Mailboxes mailboxes = new Mailboxes(area);

  private static Mailbox mail(long heartbeat) {
    return new Mailbox("mds-ü", -5, heartbeat, 9, State.SERVING, 3, 1L << 40);
  }

  @Test
  void shouldReadWhatAnotherHasWritten() throws IOException {
    mailboxes.write(1, mail(7));
    assertEquals(
        List.of(Optional.empty(), Optional.of(mail(7)), Optional.empty()),
        new Mailboxes(storage.process()).read());
  }

  @Test
  void shouldKeepTheOneBeforeWhenAWriteIsTorn() throws IOException {
    mailboxes.write(0, mail(7));
    mailboxes.write(0, mail(8));
    assertEquals(Optional.of(mail(8)), mailboxes.read().get(0));
    area.mailboxes().get(0).write(0, ByteBuffer.allocate(JournalFormat.BLOCK).putInt(99).clear());
    assertEquals(Optional.of(mail(7)), mailboxes.read().get(0));
  }

  @Test
  void shouldNotTakeAMailForAnotherLanes() throws IOException {
    mailboxes.write(0, mail(7));
    ByteBuffer block = ByteBuffer.allocate(JournalFormat.BLOCK);
    area.mailboxes().get(0).read(JournalFormat.BLOCK, block);
    area.mailboxes().get(0).write(3L * JournalFormat.BLOCK, block.flip());
    assertEquals(Optional.empty(), mailboxes.read().get(1));
  }

  @Test
  void shouldRefuseWhatIsNoMail() {
    assertThrows(
        IllegalArgumentException.class, () -> new Mailbox("", 1, 1, 1, State.STANDBY, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Mailbox("a", 1, 0, 1, State.STANDBY, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Mailbox("a".repeat(257), 1, 1, 1, State.STANDBY, 0, 0));
  }
}
