//! The Windows side of WSL: listed, with what to run there, and never written from here.

use std::path::Path;

use super::{Family, Found, IDES, Platform, names};

pub(super) fn find(platform: &Platform, found: &mut Found) {
    if !platform.wsl {
        return;
    }
    let users = platform.windows_drive.join("Users");
    for user in names(&users) {
        let config = users.join(user).join("AppData").join("Roaming");
        for ide in IDES {
            match &ide.family {
                Family::VsCode(row) => {
                    let folder = config.join(row.folder).join("User");
                    if folder.is_dir() {
                        skip(found, ide.id, &folder.join("settings.json"));
                    }
                }
                Family::JetBrains(row) => {
                    let base = config.join(row.vendor);
                    let versions = names(&base).into_iter().filter(|name| {
                        let rest = name.strip_prefix(row.prefix);
                        rest.is_some_and(super::jetbrains::is_version)
                    });
                    versions.for_each(|name| skip(found, ide.id, &base.join(name)));
                }
            }
        }
    }
}

fn skip(found: &mut Found, ide: &'static str, path: &Path) {
    let reason = format!(
        "on the Windows side of WSL, which is not written from here: run `elitea-helper.exe apply --ide {ide}` in Windows"
    );
    found.skip(ide, path, reason);
}
