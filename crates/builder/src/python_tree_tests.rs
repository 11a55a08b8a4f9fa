use super::*;
use crate::python_data::PythonData;

/// What of Debian's packages the layout depends on.
const DEBIAN: &str = "\
-- usr/bin/python3.13 --
program
-- usr/include/python3.13/Python.h --
-- usr/include/python3.13/pyconfig.h --
# include <x86_64-linux-gnu/python3.13/pyconfig.h>
-- usr/include/x86_64-linux-gnu/python3.13/pyconfig.h --
#define HAVE_IT
-- usr/lib/python3.13/json/decoder.py --
-- usr/lib/python3.13/os.py --
-- usr/lib/python3.13/turtle.py --
-- usr/lib/python3.13/sitecustomize.py -> /etc/python3.13/sitecustomize.py --
-- usr/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py --
build_time_vars = {
    'LIBDIR': '/usr/lib/x86_64-linux-gnu',
    'TZPATH': '/usr/share/zoneinfo',
}
-- usr/lib/python3.13/_sysconfigdata__x86_64-linux-gnu.py -> _sysconfigdata__linux_x86_64-linux-gnu.py --
-- usr/lib/python3.13/config-3.13-x86_64-linux-gnu/Makefile --
-- usr/lib/python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.a --
-- usr/lib/python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.so -> ../../x86_64-linux-gnu/libpython3.13.so.1 --
-- usr/lib/python3.13/lib-dynload/_ssl.so --
-- usr/lib/python3.13/lib-dynload/_testcapi.so --
-- usr/lib/x86_64-linux-gnu/libpython3.13.a -> ../python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.a --
-- usr/lib/x86_64-linux-gnu/libpython3.13.so -> libpython3.13.so.1 --
-- usr/lib/x86_64-linux-gnu/libpython3.13.so.1 -> libpython3.13.so.1.0 --
-- usr/lib/x86_64-linux-gnu/libpython3.13.so.1.0 --
-- usr/lib/x86_64-linux-gnu/pkgconfig/python-3.13.pc --
prefix=/usr
libdir=/usr/lib/x86_64-linux-gnu
-- usr/share/doc/python3.13-minimal/copyright --
";

fn trim() -> Trim {
    let data = include_str!("../../../stack/runtimes/python.toml");
    PythonData::parse(data).unwrap().trim
}

#[test]
#[expect(clippy::too_many_lines, reason = "snapshots of two whole trees")]
fn packages_become_a_tree_for_building_and_one_for_images() {
    let debian = testkit::directory(DEBIAN);
    let out = tempfile::tempdir().unwrap();
    let tree = |name: &str, prefix: &str| {
        PythonTree::new(
            out.path().join(name),
            prefix.into(),
            "3.13",
            Architecture::Amd64,
        )
    };
    let (build, launch) = (tree("build", "/opt/build"), tree("launch", "/layers/x"));

    build.take(debian.path(), &trim()).unwrap();
    launch.trim(&build, &trim()).unwrap();

    insta::assert_snapshot!(testkit::tree_without_digests(out.path()), @"
    build                                                               dir  0755
    build/bin                                                           dir  0755
    build/bin/python                                                    link -> python3.13
    build/bin/python3                                                   link -> python3.13
    build/bin/python3.13                                                file 0644
    build/include                                                       dir  0755
    build/include/python3.13                                            dir  0755
    build/include/python3.13/Python.h                                   file 0644
    build/include/python3.13/pyconfig.h                                 file 0644
    build/lib                                                           dir  0755
    build/lib/libpython3.13.so                                          link -> libpython3.13.so.1
    build/lib/libpython3.13.so.1                                        link -> libpython3.13.so.1.0
    build/lib/libpython3.13.so.1.0                                      file 0644
    build/lib/pkgconfig                                                 dir  0755
    build/lib/pkgconfig/python-3.13.pc                                  file 0644
    build/lib/python3.13                                                dir  0755
    build/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py      file 0644
    build/lib/python3.13/_sysconfigdata__x86_64-linux-gnu.py            link -> _sysconfigdata__linux_x86_64-linux-gnu.py
    build/lib/python3.13/config-3.13-x86_64-linux-gnu                   dir  0755
    build/lib/python3.13/config-3.13-x86_64-linux-gnu/Makefile          file 0644
    build/lib/python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.so  link -> ../../libpython3.13.so.1
    build/lib/python3.13/json                                           dir  0755
    build/lib/python3.13/json/decoder.py                                file 0644
    build/lib/python3.13/lib-dynload                                    dir  0755
    build/lib/python3.13/lib-dynload/_ssl.so                            file 0644
    build/lib/python3.13/os.py                                          file 0644
    build/lib/python3.13/turtle.py                                      file 0644
    launch                                                              dir  0755
    launch/bin                                                          dir  0755
    launch/bin/python                                                   link -> python3.13
    launch/bin/python3                                                  link -> python3.13
    launch/bin/python3.13                                               file 0644
    launch/lib                                                          dir  0755
    launch/lib/python3.13                                               dir  0755
    launch/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py     file 0644
    launch/lib/python3.13/_sysconfigdata__x86_64-linux-gnu.py           link -> _sysconfigdata__linux_x86_64-linux-gnu.py
    launch/lib/python3.13/json                                          dir  0755
    launch/lib/python3.13/json/decoder.py                               file 0644
    launch/lib/python3.13/lib-dynload                                   dir  0755
    launch/lib/python3.13/lib-dynload/_ssl.so                           file 0644
    launch/lib/python3.13/os.py                                         file 0644
    ");
    let read = |path: &str| fs_err::read_to_string(out.path().join(path)).unwrap();
    let variables = "lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py";
    insta::assert_snapshot!(
        [
            read("build/include/python3.13/pyconfig.h"),
            read("build/lib/pkgconfig/python-3.13.pc"),
            read(&format!("build/{variables}")),
            read(&format!("launch/{variables}")),
        ]
        .concat(),
        @"
        #define HAVE_IT
        prefix=/opt/build
        libdir=/opt/build/lib
        build_time_vars = {
            'LIBDIR': '/opt/build/lib',
            'TZPATH': '/usr/share/zoneinfo',
        }
        build_time_vars = {
            'LIBDIR': '/layers/x/lib',
            'TZPATH': '/usr/share/zoneinfo',
        }
        "
    );
    let modules = launch.modules(|path| path != "os.py").unwrap();
    let modules = modules.replace(&*out.path().to_string_lossy(), "OUT");
    insta::assert_snapshot!(modules, @"
    OUT/launch/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py
    OUT/launch/lib/python3.13/json/decoder.py
    OUT/launch/lib/python3.13/lib-dynload/_ssl.so
    ");
}
