"""Numbers of our own for CloudWatch, told by lines of the log (embedded metric format).

A metric is paid for in each month in which it is told, however often. So there are few of them,
with one dimension, and what is nought is not told.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

NAMESPACE = "ContactSheet"
DIMENSION = "environment"


def tell(
    environment: str,
    *,
    thumbnails_made: int = 0,
    thumbnails_failed: int = 0,
    page_conflicts: int = 0,
    sign_ins_refused: int = 0,
) -> None:
    """Tell how often things happened, in one line; in none where nothing did.

    Args:
        environment: Which gallery of the account it is.
        thumbnails_made: Of photos and videos that came or were waiting.
        thumbnails_failed: Of those that none can be made of, or none was at five attempts.
        page_conflicts: How often a bucket of a list was saved by another first.
        sign_ins_refused: Wrong passwords and codes, and what was tried too often.
    """
    counts = {
        "ThumbnailsMade": thumbnails_made,
        "ThumbnailsFailed": thumbnails_failed,
        "PageConflicts": page_conflicts,
        "SignInsRefused": sign_ins_refused,
    }
    told = {name: count for name, count in counts.items() if count}
    if not told:
        return
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    # An empty service: else it would be a second dimension, and alarms would find nothing.
    metrics = EphemeralMetrics(namespace=NAMESPACE, service="")
    metrics.add_dimension(name=DIMENSION, value=environment)
    for name, count in told.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
