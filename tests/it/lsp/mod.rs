//! The language server as a client meets it: the real process, its standard input and output.

mod buffers;
mod client;
mod documents;
mod editor;
mod help;
mod life;
mod many;
mod methods;
mod network;
#[cfg(target_os = "linux")]
mod quiet;
mod scene;
mod traps;
mod unsaved;
