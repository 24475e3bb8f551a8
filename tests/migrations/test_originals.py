from migrations.generate_thumbnails import main
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.foreign import a_photo, a_row, originals, put_rows, thumbnail_urls


def test_a_photo_named_like_the_thumbnail_of_another_is_never_written_over(
    gallery: MemoryGallery, run: Run
):
    keys = ("lake.jpg", "lake_thumb.jpg")
    for number, key in enumerate(keys):
        gallery.bucket.place(key, a_photo(number))
    put_rows(gallery, a_row("lake", "lake.jpg"), a_row("other", "s3://photos/lake_thumb.jpg"))
    before = originals(gallery, keys)

    ran = run(main, "--migrate")

    assert (ran.ids, ran.status) == (["other"], 1)
    assert "      lake.jpg: its thumbnail would replace the photo lake_thumb.jpg" in ran.out
    assert originals(gallery, keys) == before
    assert thumbnail_urls(gallery) == {
        "lake": "lake.jpg",
        "other": "s3://photos/lake_thumb_thumb.jpg",
    }
