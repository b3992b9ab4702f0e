# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets root and build_dir
# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
#
# What the tests need beside the services. Sourced behind lib.sh.

install_test_tools() {
    local extra=() name
    if has_command apt-get; then
        has_command shellcheck || extra+=(shellcheck)
        has_command node || extra+=(nodejs)
        has_command promtool || extra+=(prometheus)
        # The archive is tested with it. Debian keeps its programs off the PATH.
        compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has_command initdb || extra+=(postgresql)
        # HTTP/2 is tested with it, and certificates are made.
        has_command curl || extra+=(curl)
        has_command openssl || extra+=(openssl)
        has_command luac5.1 || has_command luac || extra+=(lua5.1)
        # The page is tested behind it.
        has_command nginx || extra+=(nginx-light)
        # Clocks that jump are tested with it. It is no program, but a library.
        compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || extra+=(faketime)
        # The shells whose completion is tested, and what checks the manual page.
        for name in zsh fish mandoc; do has_command "$name" || extra+=("$name"); done
    fi
    # Without python3-venv, the module venv exists but lacks ensurepip.
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then extra+=(python3-venv); fi
    # The example dashboard is shown in Firefox too.
    if ! has_command firefox-esr && ! has_command firefox; then extra+=(firefox-esr); fi
    install_packages "${extra[@]}"
    # The tests run the Python example, and browser-use with the example as a user installs it.
    make_python "$build_dir/python" "$root/examples/python/requirements-dev.txt"
    make_python "$build_dir/browser-use" "$root/Benchmarks/BrowserUse/requirements.txt"
    # What the service writes for others is read by their own libraries.
    make_python "$build_dir/clients" "$root/Tests/requirements.txt"
    install_into_python "$build_dir/browser-use" "$root/examples/python"
}
