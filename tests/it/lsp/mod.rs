//! The language server as a client meets it: the real process, its standard input and output.

mod buffers;
mod client;
mod documents;
mod editor;
mod help;
mod life;
mod methods;
mod scene;
mod traps;
mod unsaved;
