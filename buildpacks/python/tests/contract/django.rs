//! Django's static files.

use crate::apps;

const DJANGO: &str = "
-- requirements.txt --
django
gunicorn
-- manage.py --
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')
-- site_/settings.py --
INSTALLED_APPS = ['django.contrib.staticfiles']
STATIC_ROOT = 'static'
-- site_/wsgi.py --
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
";

#[test]
fn static_files_are_collected_in_every_build() {
    let lifecycle = apps::app(DJANGO).with_variable("SECRET_KEY", "canary");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Collecting the static files of Django\n    1 static file copied\n"),
        "{log}"
    );
    assert!(lifecycle.path("app/static/admin.css").exists());
    assert!(
        lifecycle
            .processes()
            .contains("web*: ROOT/layers/venv/bin/gunicorn site_.wsgi:application")
    );
    assert_eq!(lifecycle.files_with("canary"), [""; 0]);
    lifecycle.restore();
    fs_err::remove_dir_all(lifecycle.path("app/static")).unwrap();
    let log = lifecycle.succeeds();
    assert!(
        log.contains("venv: reused\n") && log.contains("1 static file copied\n"),
        "{log}"
    );
}

#[test]
fn a_variable_that_is_missing_is_named() {
    let lifecycle = apps::app(DJANGO);
    let message = lifecycle.is_refused(1);
    assert!(
        message.starts_with("[Error: The settings of Django need a variable]\n"),
        "{message}"
    );
    assert!(message.contains("SECRET_KEY"), "{message}");
}

#[test]
fn the_user_may_do_without() {
    let lifecycle = apps::app(DJANGO).with_variable("DISABLE_COLLECTSTATIC", "1");
    assert!(!lifecycle.succeeds().contains("Collecting"));
    assert!(!lifecycle.path("app/static").exists());
}
