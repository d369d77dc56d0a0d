//! The process: hands the command line over and ends with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    elitea_helper::cli::main(std::env::args_os())
}
