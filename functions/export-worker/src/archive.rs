//! A ZIP on its way into the bucket, of which only a part is in memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use shared::domain::export::Export;
use shared::pictures::{Pictures, Writing};
use shared::{Error, Result};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

/// What has been compressed and isn't in the bucket yet.
#[derive(Clone, Debug, Default)]
pub struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// Bytes, once there are enough for a part.
    pub fn part(&self) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= Writing::PART).then(|| std::mem::take(&mut *bytes))
    }

    /// All bytes.
    pub fn rest(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive: [`Self::begin`] a file, [`Self::write`] what is in it, the next.
pub struct Archive<'a> {
    /// Kilobytes, which futures shouldn't hold.
    zip: Box<ZipWriter<StreamWriter<Buffer>>>,
    buffer: Buffer,
    writing: Writing<'a>,
}

impl<'a> Archive<'a> {
    pub fn new(pictures: &'a Pictures, export: &Export) -> Self {
        let buffer = Buffer::default();
        let zip = Box::new(ZipWriter::new_stream(buffer.clone()));
        Self { zip, buffer, writing: pictures.write_export(export) }
    }

    pub fn begin(&mut self, name: &str) -> Result<()> {
        // The time is left out: the same data makes the same archive.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options).map_err(Error::internal)
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.zip.write_all(bytes).map_err(Error::internal)?;
        match self.buffer.part() {
            Some(part) => self.writing.part(part).await,
            None => Ok(()),
        }
    }

    /// Has the archive be in the bucket. Its size in bytes.
    pub async fn finish(self) -> Result<u64> {
        let Self { zip, buffer, writing } = self;
        zip.finish().map_err(Error::internal)?;
        writing.finish(buffer.rest()).await
    }
}
