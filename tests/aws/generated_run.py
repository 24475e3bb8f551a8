"""Send requests that were made up, over several connections, and see that nothing changed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.gallery import local_client
from tests.aws.doors import Doors, hang_up
from tests.aws.generated_requests import Requests
from tests.aws.judge import Tally

# What only says that something was looked at, or tried.
COUNTED = ("views", "seen_at")


def run_generated(doors: Doors, seed: int, count: int, connections: int = 2) -> Tally:
    """Send requests and judge the answers.

    Args:
        doors: Of the site.
        seed: Decides which requests; so does the number of connections.
        count: How many.
        connections: At once.
    """

    def run(part: int) -> Tally:
        requests, tally = Requests(doors, seed * connections + part), Tally()
        try:
            for _ in range(part, count, connections):
                request = requests.request()
                tally.count(doors, request, doors.send(request.asked))
        finally:
            hang_up()
        return tally

    whole = Tally()
    with ThreadPoolExecutor(connections) as pool:
        for tally in pool.map(run, range(connections)):
            whole.add(tally)
    return whole


def everything(doors: Doors) -> Mapping[str, Any]:
    """All that a request could change: rows, links, galleries and their owners, objects, users.

    Of these doors alone: what is made for other tests may still be on its way.
    """
    endpoints, galleries = doors.endpoints, (doors.ann.gallery, doors.ben.gallery)
    s3, dynamodb, cognito = (
        local_client(service, endpoints.aws_endpoint)
        for service in ("s3", "dynamodb", "cognito-idp")
    )
    objects = s3.get_paginator("list_objects_v2")
    users = cognito.get_paginator("list_users").paginate(UserPoolId=endpoints.user_pool)
    own = (*galleries, doors.ann.id, doors.ben.id)
    return {
        **{
            found["Key"]: found["ETag"]
            for gallery in galleries
            for page in objects.paginate(Bucket=endpoints.bucket, Prefix=f"{gallery}/")
            for found in page["Contents"]
        },
        **{
            user["Username"]: user["UserStatus"]
            for page in users
            for user in page["Users"]
            if "doors.test" in str(user["Attributes"])
        },
        **{
            f"{table} {item['id']['S']}": {n: v for n, v in item.items() if n not in COUNTED}
            for table in ("assets", "access")
            for page in dynamodb.get_paginator("scan").paginate(TableName=endpoints.tables[table])
            for item in page["Items"]
            if any(word in str(item) for word in own)
        },
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What is not as it was."""
    return sorted(
        f"{name}: {before.get(name)} -> {after.get(name)}"
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    )
