//! Readers (读取): from the bytes a department sent to cells with the place a person sees them at.
//!
//! [`inspect`](inspect()) finds what a file is and where its tables and headers are; [`open`] cuts one table into raw chunks on one
//! thread, and each raw chunk is parsed on any other.

pub(crate) mod chunk;
mod model;

pub(crate) use chunk::{Chunk, RawChunk, RawChunks, RowNote, RowNoteKind};
pub use model::{
    Compression, Encoding, Format, Inspection, Limits, Note, ReadOptions, SampleRow, TableInfo, ZipEntry,
};
