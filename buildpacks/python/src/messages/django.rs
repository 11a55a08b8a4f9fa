//! Django's static files that can't be collected.

use explain::{Explain, Message, quote};

use crate::django::{DjangoError, DjangoFailure};
use crate::messages::install::last_lines;

const WITHOUT: &str = "To build without static files: DISABLE_COLLECTSTATIC=1";

impl Explain for DjangoError {
    fn explain(&self) -> Message {
        match self {
            Self::NotRun(error) => {
                Message::machine("python/django/not-run", "manage.py can't be run").cause(error)
            }
            Self::Io(error) => {
                let title = "No directory can be made for manage.py";
                Message::machine("python/django/io", title).cause(error)
            }
            Self::Failed { failure, output } => failed(failure).details(last_lines(output)),
        }
    }
}

fn failed(failure: &DjangoFailure) -> Message {
    match failure {
        DjangoFailure::NoModule(module) => {
            let module = quote(module, 100);
            let title = "The settings of Django can't be imported";
            Message::yours("python/django/no-module", title).body(format!(
                "manage.py collectstatic found no module {module}.\n\n\
                 If it is of the app, see that its file is committed, and what\n\
                 DJANGO_SETTINGS_MODULE says. If it is of a package, add that to what the app\n\
                 needs; packages for development aren't installed.\n{WITHOUT}"
            ))
        }
        DjangoFailure::NoVariable(name) => {
            let name = quote(name, 100);
            let title = "The settings of Django need a variable";
            Message::yours("python/django/no-variable", title).body(format!(
                "manage.py collectstatic found no variable {name}, which isn't set when the\n\
                 image is built.\n\n\
                 Let the settings do without it, for example os.environ.get(\"{name}\", \"\"), or\n\
                 set it for the build: it doesn't get into the image. {WITHOUT}"
            ))
        }
        DjangoFailure::Improper(problem) => {
            let title = "The settings of Django are refused";
            Message::yours("python/django/improper", title).body(format!(
                "manage.py collectstatic says:\n{}\n\n{WITHOUT}",
                quote(problem, 400)
            ))
        }
        DjangoFailure::Other => {
            let title = "The static files of Django can't be collected";
            Message::yours("python/django/failed", title).body(format!(
                "manage.py collectstatic failed as told below. Run it on your machine to see\n\
                 the same:\n\
                 python manage.py collectstatic --noinput\n\n{WITHOUT}"
            ))
        }
    }
}
