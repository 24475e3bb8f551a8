"""The embedded AWS unpacks a function's code once, and not again for each of its processes."""

from pathlib import Path

from infra.local.gallery import Gallery
from tests.aws.site import Site
from tests.aws.test_schedules import tick


def code_folders(gallery: Gallery, function: str) -> set[Path]:
    """Where the processes that a function has had since the start read its code."""
    name = gallery.endpoints.functions[function]
    return set((gallery.emulator.data / "tmp").glob(f"ministack-lambda-{name}-*/code"))


def test_functions_of_the_same_package_read_it_in_one_place(gallery: Gallery, site: Site, lambdas):
    site.media()
    tick(lambdas, gallery.endpoints.functions["purge_bin"])

    folders = code_folders(gallery, "api") | code_folders(gallery, "purge_bin")

    (package,) = {folder.resolve() for folder in folders}
    assert len(folders) >= 2
    assert all(folder.is_symlink() for folder in folders)
    assert (package / "app.py").is_file()
    assert (package / "chalicelib").is_dir()
