"""The bucket of the private files: made once with the store's root key, used with a key that can do less.

Versions and object lock are on, every object is kept for the retention time, and the portal's own key may write
and read but neither remove a version nor shorten its time (its "delete" leaves a marker).
"""

import json
import os

import boto3
from botocore.config import Config

MAY = [
    "GetObject",
    "GetObjectVersion",
    "PutObject",
    "DeleteObject",
    "AbortMultipartUpload",
    "ListMultipartUploadParts",
]
MAY_LIST = ["ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "GetBucketLocation"]
NEVER = ["DeleteObjectVersion", "PutObjectRetention", "PutObjectLegalHold", "BypassGovernanceRetention"]
NEVER_BUCKET = [
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "PutBucketVersioning",
    "PutBucketObjectLockConfiguration",
    "DeleteBucket",
]


def policy(bucket: str, account: str) -> dict:
    def statement(effect: str, actions: list[str], resource: str) -> dict:
        return {
            "Effect": effect,
            "Principal": {"AWS": [account]},
            "Action": [f"s3:{action}" for action in actions],
            "Resource": f"arn:aws:s3:::{resource}",
        }

    return {
        "Version": "2012-10-17",
        "Statement": [
            statement("Allow", MAY, f"{bucket}/*"),
            statement("Allow", MAY_LIST, bucket),
            statement("Deny", NEVER, f"{bucket}/*"),
            statement("Deny", NEVER_BUCKET, bucket),
        ],
    }


def prepare(environment) -> None:
    bucket, region = environment["S3_BUCKET"], environment.get("S3_REGION", "us-east-1")
    client = boto3.client(
        "s3",
        endpoint_url=environment["S3_ENDPOINT"],
        region_name=region,
        aws_access_key_id=environment["S3_ROOT_ACCESS_KEY"],
        aws_secret_access_key=environment["S3_ROOT_SECRET_KEY"],
        verify=environment.get("S3_CA_FILE") or None,
        config=Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 3}),
    )
    if bucket not in {row["Name"] for row in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    days = int(environment.get("S3_RETENTION_DAYS", "3650"))
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}}
    client.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy(bucket, environment["S3_ACCESS_KEY"])))


if __name__ == "__main__":
    prepare(os.environ)
