//! The Windows side of WSL: listed, with what to run there, and never written from here.

use super::{Found, Os, Platform, names};

pub(super) fn find(platform: &Platform, found: &mut Found) {
    if !platform.wsl {
        return;
    }
    let users = platform.windows_drive.join("Users");
    for user in names(&users) {
        let side = super::find(&Platform::at(Os::Windows, &users.join(user)));
        let files = side.targets.into_iter().map(|target| (target.ide, target.path, ""));
        let installs =
            side.installs.into_iter().map(|install| (install.ide, install.config, " --workspace FOLDER"));
        for (ide, path, flags) in files.chain(installs) {
            let reason = format!(
                "on the Windows side of WSL, which is not written from here; run in Windows: \
                 elitea-helper apply --ide {ide}{flags}"
            );
            found.skip(ide, path, reason);
        }
    }
}
