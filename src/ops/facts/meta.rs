//! What the disk says about a file besides its bytes, as far as any rule asks.

use jiff::Timestamp;

use super::super::Ctx;
use super::super::targets::Site;
use crate::auth;
use crate::doctor::{Earlier, FileFacts, Kind, Meta};
use crate::files::{self, Reach, Snapshot};
use crate::ide;
use crate::merge;
use crate::order;

/// How many earlier texts are offered.
const EARLIER: usize = 4;

/// What stands for a token that was cut out of a backup.
const NO_TOKEN: &str = "\"\"";

/// Looks at the disk. Who else can get at a file is looked at only where a token stands in it, and
/// what it held before only where nothing is left.
pub(super) fn of(ctx: &Ctx, file: &FileFacts, snapshot: &Snapshot) -> Meta {
    let holds_token = !auth::token_ranges(&file.text).is_empty();
    Meta {
        unwritable: files::check_writable(snapshot).err().map(|error| error.message),
        readable_by_others: holds_token && files::is_readable_by_others(&snapshot.real),
        tracked: if holds_token { ide::is_tracked(&file.path) } else { None },
        leftovers: snapshot.real.parent().into_iter().flat_map(files::leftovers).collect(),
        gone: None,
        earlier: if file.exists && is_blank(&file.text) { earlier(ctx, file, snapshot) } else { Vec::new() },
    }
}

/// What became of the place of a target that is kept in order.
pub(super) fn gone(site: &Site) -> Option<String> {
    if site.path.exists() {
        return None;
    }
    match &site.root {
        Some(root) if !root.exists() => Some(format!("its workspace {} is gone", root.display())),
        Some(_) => None,
        None => {
            let folder = site.path.parent().filter(|folder| !folder.exists())?;
            Some(format!("{} is gone: there is no folder {}", site.target.ide_name, folder.display()))
        }
    }
}

/// Whether nothing is left in a text: a crash of the system leaves NUL bytes.
fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char == '\0' || char == '\u{feff}' || char.is_whitespace())
}

/// What the file held before, from our backups and from VS Code's Local History, the newest first.
fn earlier(ctx: &Ctx, file: &FileFacts, snapshot: &Snapshot) -> Vec<Earlier> {
    if file.kind.format().is_none() {
        return Vec::new();
    }
    let mut found: Vec<(Timestamp, &str, String)> = Vec::new();
    for entry in ctx.state.history().unwrap_or_default() {
        let Ok(time) = entry.time.parse() else { continue };
        for change in entry.files.iter().filter(|change| change.real == snapshot.real) {
            let whole = ctx.state.restore(&change.before, &|_| Some(NO_TOKEN.to_owned()));
            let text = whole.ok().flatten().and_then(|bytes| String::from_utf8(bytes).ok());
            found.extend(text.map(|text| (time, "our backup", text)));
        }
    }
    for copy in ide::local_history(&ctx.platform, &file.path).into_iter().take(2 * EARLIER) {
        let Ok(time) = Timestamp::from_millisecond(copy.saved) else { continue };
        let bytes = files::read(&copy.path, &Reach::User).ok().and_then(|snapshot| snapshot.bytes);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        found.extend(text.map(|text| (time, copy.ide_name, text)));
    }
    order::sort_by_key(&mut found, |(time, ..)| std::cmp::Reverse(*time));
    let mut texts: Vec<Earlier> = Vec::new();
    for (time, who, text) in found.into_iter().filter(|(.., text)| is_whole(text, file.kind)) {
        if texts.iter().all(|known| known.text != text) && texts.len() < EARLIER {
            let time = time.strftime("%Y-%m-%d %H:%M UTC");
            let kept = match who {
                "our backup" => format!("our backup of {time}"),
                ide => format!("{ide}'s Local History of {time}"),
            };
            texts.push(Earlier { text, kept });
        }
    }
    texts
}

fn is_whole(text: &str, kind: Kind) -> bool {
    !is_blank(text) && kind.format().is_some_and(|format| merge::check(text, format).is_ok())
}
