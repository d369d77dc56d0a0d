// Makes the VSIX files: `npm run package -- [TARGET=PROGRAM]...`. Each target of the marketplace, such as
// linux-x64, gets the program named for it; besides, there is always one for every system, without a program.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";

// Where the README's pictures are on the web, for the marketplaces, which take no others.
const images = process.env.ELITEA_IMAGES_URL;
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

function vsce(name, target) {
  const file = `out/${name}.vsix`;
  const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    ...(images ? ["--baseImagesUrl", images] : ["--no-rewrite-relative-links"]),
    "--out",
    file,
    ...(target ? ["--target", target] : []),
  ];
  execFileSync("node_modules/.bin/vsce", args, { stdio: ["ignore", "ignore", "inherit"] });
  console.log(`${file}  ${Math.ceil(statSync(file).size / 1024)} KiB`);
}

mkdirSync("out", { recursive: true });
rmSync("bin", { recursive: true, force: true });
vsce(`elitea-helper-${version}`);
for (const argument of process.argv.slice(2)) {
  const [target, program] = argument.split("=");
  if (!target || !program) throw new Error(`not TARGET=PROGRAM: ${argument}`);
  const name = target.startsWith("win32") ? "elitea-helper.exe" : "elitea-helper";
  mkdirSync("bin");
  copyFileSync(program, `bin/${name}`);
  chmodSync(`bin/${name}`, 0o755);
  vsce(`elitea-helper-${version}-${target}`, target);
  rmSync("bin", { recursive: true });
}
