//! The IDEs, one row each.

use Base::{Config, Data, Flatpak};

/// One IDE.
#[derive(Debug)]
pub struct Ide {
    /// As it is named on the command line.
    pub id: &'static str,
    /// As people name it.
    pub name: &'static str,
    /// How its files are laid out.
    pub family: Family,
}

/// How an IDE's files are laid out.
#[derive(Debug)]
pub enum Family {
    /// As VS Code's.
    VsCode(VsCode),
    /// As those of the `IntelliJ` platform.
    JetBrains(JetBrains),
}

/// An IDE of VS Code's family.
#[derive(Debug)]
pub struct VsCode {
    /// The folder of its user data (`nameShort` of `product.json`).
    pub folder: &'static str,
    /// Where that folder is, and where its extensions are.
    pub base: Base,
    /// The folders of its remote server in the home folder (`serverDataFolderName`).
    pub servers: &'static [&'static str],
}

/// Where an IDE of VS Code's family keeps its folders.
#[derive(Debug)]
pub enum Base {
    /// User data in the system's configuration folder, extensions in this folder of the home
    /// folder (`dataFolderName`).
    Config(&'static str),
    /// All of it in the system's data folder, as code-server does.
    Data,
    /// In the home that Flatpak makes for this application, extensions in this folder of its data.
    Flatpak(&'static str, &'static str),
}

/// An IDE of the `IntelliJ` platform.
#[derive(Debug)]
pub struct JetBrains {
    /// The folder of the vendor.
    pub vendor: &'static str,
    /// What the name of a version's folder begins with (`ProductPaths.kt`).
    pub prefix: &'static str,
}

const fn vscode(
    id: &'static str,
    name: &'static str,
    folder: &'static str,
    base: Base,
    servers: &'static [&'static str],
) -> Ide {
    Ide { id, name, family: Family::VsCode(VsCode { folder, base, servers }) }
}

const fn jetbrains(id: &'static str, name: &'static str, vendor: &'static str, prefix: &'static str) -> Ide {
    Ide { id, name, family: Family::JetBrains(JetBrains { vendor, prefix }) }
}

/// Every IDE that is looked for, in the order in which they are listed.
#[rustfmt::skip]
pub static IDES: &[Ide] = &[
    vscode("vscode", "VS Code", "Code", Config(".vscode"), &[".vscode-server", ".vscode-remote"]),
    vscode("vscode-insiders", "VS Code Insiders", "Code - Insiders", Config(".vscode-insiders"), &[".vscode-server-insiders"]),
    vscode("vscode-flatpak", "VS Code (Flatpak)", "Code", Flatpak("com.visualstudio.code", "vscode"), &[]),
    vscode("code-oss", "Code - OSS", "Code - OSS", Config(".vscode-oss"), &[]),
    vscode("code-server", "code-server", "code-server", Data, &[]),
    vscode("vscodium", "VSCodium", "VSCodium", Config(".vscode-oss"), &[".vscodium-server", ".vscode-server-oss"]),
    vscode("vscodium-insiders", "VSCodium Insiders", "VSCodium - Insiders", Config(".vscodium-insiders"), &[".vscodium-server-insiders"]),
    vscode("vscodium-flatpak", "VSCodium (Flatpak)", "VSCodium", Flatpak("com.vscodium.codium", "codium"), &[]),
    vscode("cursor", "Cursor", "Cursor", Config(".cursor"), &[".cursor-server"]),
    vscode("windsurf", "Windsurf", "Windsurf", Config(".windsurf"), &[".windsurf-server"]),
    vscode("windsurf-next", "Windsurf Next", "Windsurf - Next", Config(".windsurf-next"), &[]),
    vscode("trae", "Trae", "Trae", Config(".trae"), &[".trae-server"]),
    vscode("trae-cn", "Trae CN", "Trae CN", Config(".trae-cn"), &[".trae-cn-server"]),
    vscode("positron", "Positron", "Positron", Config(".positron"), &[".positron-server"]),
    vscode("kiro", "Kiro", "Kiro", Config(".kiro"), &[".kiro-server"]),
    vscode("antigravity", "Antigravity", "Antigravity", Config(".antigravity"), &[".antigravity-server"]),
    vscode("antigravity-ide", "Antigravity IDE", "Antigravity IDE", Config(".antigravity-ide"), &[]),

    jetbrains("idea", "IntelliJ IDEA", "JetBrains", "IntelliJIdea"),
    jetbrains("idea-ce", "IntelliJ IDEA Community", "JetBrains", "IdeaIC"),
    jetbrains("idea-edu", "IntelliJ IDEA Edu", "JetBrains", "IdeaIE"),
    jetbrains("pycharm", "PyCharm", "JetBrains", "PyCharm"),
    jetbrains("pycharm-ce", "PyCharm Community", "JetBrains", "PyCharmCE"),
    jetbrains("pycharm-edu", "PyCharm Edu", "JetBrains", "PyCharmEdu"),
    jetbrains("dataspell", "DataSpell", "JetBrains", "DataSpell"),
    jetbrains("webstorm", "WebStorm", "JetBrains", "WebStorm"),
    jetbrains("phpstorm", "PhpStorm", "JetBrains", "PhpStorm"),
    jetbrains("rubymine", "RubyMine", "JetBrains", "RubyMine"),
    jetbrains("clion", "CLion", "JetBrains", "CLion"),
    jetbrains("goland", "GoLand", "JetBrains", "GoLand"),
    jetbrains("rider", "Rider", "JetBrains", "Rider"),
    jetbrains("datagrip", "DataGrip", "JetBrains", "DataGrip"),
    jetbrains("appcode", "AppCode", "JetBrains", "AppCode"),
    jetbrains("rustrover", "RustRover", "JetBrains", "RustRover"),
    jetbrains("aqua", "Aqua", "JetBrains", "Aqua"),
    jetbrains("writerside", "Writerside", "JetBrains", "Writerside"),
    jetbrains("mps", "MPS", "JetBrains", "MPS"),
    jetbrains("gateway", "JetBrains Gateway", "JetBrains", "JetBrainsGateway"),
    jetbrains("client", "JetBrains Client", "JetBrains", "JetBrainsClient"),
    jetbrains("code-with-me", "Code With Me Guest", "JetBrains", "CodeWithMeGuest"),
    jetbrains("android-studio", "Android Studio", "Google", "AndroidStudio"),
    jetbrains("android-studio-preview", "Android Studio Preview", "Google", "AndroidStudioPreview"),
];

/// The IDE with this id.
pub fn by_id(id: &str) -> Option<&'static Ide> {
    IDES.iter().find(|ide| ide.id == id)
}
