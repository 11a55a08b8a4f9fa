//! Composes images without the command line: `compose STACK STORE lock|directory IMAGE OUT|layout IMAGE OUT`.
use explain::Explain as _;
use std::path::Path;

fn main() {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let store = store::Store::open(&arguments[1]).unwrap();
    let arch = std::env::var("ARCH")
        .map(|a| a.parse().unwrap())
        .unwrap_or(composer::Architecture::of_this_machine().unwrap());
    let locked = std::env::var("LOCKED").is_ok();
    let run = || -> Result<String, composer::ComposeError> {
        let composer = composer::Composer::new(Path::new(&arguments[0]), &store, arch, locked)?;
        Ok(match arguments[2].as_str() {
            "lock" => {
                let r = composer.lock()?;
                format!(
                    "{} packages\n{}",
                    r.packages,
                    r.changes
                        .iter()
                        .map(|c| format!("{c}\n"))
                        .collect::<String>()
                )
            }
            "keys" => composer
                .images()
                .iter()
                .map(|i| format!("{i} {}\n", composer.key(i).unwrap()))
                .collect(),
            "prefetch" => {
                composer.prefetch(
                    &arguments[3..]
                        .iter()
                        .map(String::as_str)
                        .collect::<Vec<_>>(),
                )?;
                String::new()
            }
            "layout" => format!(
                "{:?}",
                composer.compose_layout(&arguments[3], Path::new(&arguments[4]))?
            ),
            "directory" => format!(
                "{:?}",
                composer.compose_directory(&arguments[3], Path::new(&arguments[4]))?
            ),
            _ => panic!(),
        })
    };
    match run() {
        Ok(text) => println!("{text}"),
        Err(error) => {
            eprintln!("{error:#?}");
            print!("{}", error.explain().render());
            std::process::exit(1)
        }
    }
}
