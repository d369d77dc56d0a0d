//! The templates inside the binary: one row a folder of `templates/`.

type Files = &'static [(&'static str, &'static str)];

/// Declares [`IDS`] and the files of each together, so that a folder is named once.
macro_rules! builtin {
    ($($id:literal: $($file:literal),+;)+) => {
        pub(super) const IDS: &[&str] = &[$($id),+];
        const FILES: &[Files] = &[$(&[
            ("template.toml", include_str!(concat!("../../templates/", $id, "/template.toml"))),
            $(($file, include_str!(concat!("../../templates/", $id, "/", $file)))),+
        ]),+];
    };
}

builtin! {
    "vscode": "settings.json";
    "vscode-alita": "settings.json";
    "jetbrains": "elitea.xml";
    "jetbrains-alita": "alita.xml";
}

/// The files of a built-in template.
pub(super) fn find(id: &str) -> Option<Files> {
    IDS.iter().position(|name| *name == id).map(|at| FILES[at])
}
