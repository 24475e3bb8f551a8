"""Photos that were there before their gallery: rows without thumbnails, taken in by no event."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.gallery import Endpoints
from tests.builders import a_jpeg


def add_older_photos(endpoints: Endpoints, s3: Any, dynamodb: Any, count: int, side: int) -> str:
    """Put so many squares of so many pixels, one in fifty of them a letter; returns their gallery.

    They lie where no event takes them in: by capitals, outside galleries.
    """
    folder = f"Older-{uuid.uuid4().hex[:8]}"
    gallery = folder.lower()
    photo = a_jpeg(side, side)

    def add(number: int) -> None:
        key = f"{folder}/{number:03}.jpg"
        s3.put_object(Bucket=endpoints.bucket, Key=key, Body=photo if number % 50 else b"letter")
        row = {
            "id": {"S": f"{gallery}-{number}"},
            "url": {"S": key},
            "thumbnail_url": {"S": key},
            "filename": {"S": f"{number}.jpg"},
            "gallery_id": {"S": gallery},
        }
        dynamodb.put_item(TableName=endpoints.tables["assets"], Item=row)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(count)))
    return gallery


def thumbnails_of(gallery: str, endpoints: Endpoints, dynamodb: Any) -> list[str]:
    """The S3 keys that its rows name as their thumbnails, other than the original."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=endpoints.tables["assets"],
        FilterExpression="gallery_id = :gallery AND thumbnail_url <> #url",
        ExpressionAttributeNames={"#url": "url"},
        ExpressionAttributeValues={":gallery": {"S": gallery}},
    )
    return [item["thumbnail_url"]["S"] for page in pages for item in page["Items"]]
