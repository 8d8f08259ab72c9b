package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnknownKeysTest {

  @Test
  void shouldNameTheNearestKeyWhenOneIsMisspelt() {
    assertEquals(LeatKeys.CALL_TIMEOUT, UnknownKeys.nearest("fs.leat.cal.timeout"));
    assertEquals(LeatKeys.MDS_ADDRESSES, UnknownKeys.nearest("fs.leat.mds.adresses"));
    assertEquals(LeatKeys.READ_BUFFER, UnknownKeys.nearest("fs.leat.read.buffer"));
  }

  @Test
  void shouldKnowFixedKeysAndPatterns() {
    LeatKeys.FIXED.forEach(key -> assertTrue(LeatKeys.isKnown(key), key));
    assertTrue(LeatKeys.isKnown("fs.leat.demo.mds.addresses"));
    assertTrue(LeatKeys.isKnown("fs.leat.path.vol1"));
    assertFalse(LeatKeys.isKnown("fs.leat.path."));
    assertFalse(LeatKeys.isKnown("fs.leat.timeout"));
  }
}
