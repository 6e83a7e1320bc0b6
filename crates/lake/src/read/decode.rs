//! Reads text of another encoding as UTF-8, for the few cases in which records cannot be cut before decoding:
//! UTF-16, and GB 18030 with `|` between the cells (0x7C may be the second byte of a character there).

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

/// A reader that delivers UTF-8. What cannot be decoded becomes U+FFFD, which the parser then remarks on.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    out: Vec<u8>,
    given: usize,
    eof: bool,
}

impl<R: Read> Transcoder<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; 1 << 16],
            out: Vec::new(),
            given: 0,
            eof: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let n = self.inner.read(&mut self.raw)?;
        self.eof = n == 0;
        let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
        self.out.resize(room, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.out, self.eof);
        self.out.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            if self.eof {
                return Ok(0);
            }
            self.refill()?;
        }
        let n = buf.len().min(self.out.len() - self.given);
        buf[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}
