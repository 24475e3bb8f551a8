"""A bucket and a table that were there before the gallery: looked at, and taken into use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.aws.account import Account
from infra.aws.adopt_bucket import BucketNeeds, plan_bucket
from infra.aws.adopt_table import adopt_table, plan_table, read_table
from infra.aws.adoption import Adoption, AdoptionError, carry_out_steps, check_obstacles
from infra.aws.bucket_state import read_bucket
from infra.aws.wishes import Services, Standing, Wishes, adopted

MAIN_GALLERY = "main"
TO_COME = {"Address": "the gallery's address, once it has one", "DistributionArn": "to come"}
"""What an edge that does not stand yet will say, for those who are told beforehand."""


@dataclass(frozen=True)
class TakeOver:
    """Takes them over.

    Attributes:
        services: Where to.
        account: Whose.
        wishes: What for.
    """

    services: Services
    account: Account
    wishes: Wishes

    def check(self, standing: Standing) -> None:
        """Make sure that a gallery which stands keeps its bucket and its table.

        Raises:
            AdoptionError: Others are wished for.
        """
        if not standing.has("data"):
            return
        for word, wished in (
            ("Bucket", self.wishes.adopted_bucket),
            ("Table", self.wishes.adopted_table),
        ):
            current = standing.parameters["data"].get(f"Adopted{word}", "")
            if wished and wished != current:
                uses = f"{word.lower()} {current}" if current else f"a {word.lower()} of its own"
                raise AdoptionError(
                    f"gallery {self.wishes.environment} uses {uses} already; to use {wished}, "
                    "deploy another: ENVIRONMENT=<another name>"
                )

    def plans(self, standing: Standing) -> Iterator[Adoption]:
        """What would change on them.

        Raises:
            AdoptionError: One isn't there.
        """
        bucket, table = adopted(self.wishes, standing)
        if bucket:
            yield self._plan_bucket(bucket, standing.outputs["edge"] or TO_COME)
        if table:
            yield plan_table(read_table(self.services.dynamodb, self.services.kms, table))

    def take_table(self, standing: Standing) -> str:
        """Change what has to change on the table.

        Returns:
            The ARN of its stream; empty where the stack makes a table of its own.

        Raises:
            AdoptionError: It can't be used.
        """
        _, table = adopted(self.wishes, standing)
        if not table:
            return ""
        dynamodb, kms = self.services.dynamodb, self.services.kms
        plan = plan_table(read_table(dynamodb, kms, table))
        check_obstacles([plan])
        adopt_table(dynamodb, plan)
        return read_table(dynamodb, kms, table).stream_arn

    def take_bucket(self, standing: Standing) -> None:
        """Change what has to change on the bucket; its queue has to be there.

        Raises:
            AdoptionError: It can't be used.
        """
        bucket, _ = adopted(self.wishes, standing)
        if bucket:
            plan = self._plan_bucket(bucket, standing.outputs["edge"])
            check_obstacles([plan])
            carry_out_steps(self.services.s3, plan)

    def galleries(self, standing: Standing) -> list[str]:
        """What an owner is given: the folders of a bucket that was there, and what lies in none."""
        bucket, table = adopted(self.wishes, standing)
        found = read_bucket(self.services.s3, bucket, self.account.id).galleries if bucket else []
        # rows of another program may lie anywhere
        is_needed = bool(table) or not found
        return [*found, MAIN_GALLERY] if is_needed and MAIN_GALLERY not in found else found

    def _plan_bucket(self, bucket: str, edge: Mapping[str, str]) -> Adoption:
        region, environment = self.account.region, self.wishes.environment
        needs = BucketNeeds(
            region,
            f"arn:aws:sqs:{region}:{self.account.id}:contactsheet-{environment}-uploads",
            edge.get("Address", ""),
            edge.get("DistributionArn", ""),
        )
        return plan_bucket(read_bucket(self.services.s3, bucket, self.account.id), needs)
