"""The fork's functions and the triggers that call them, by name, one statement each.

Names are the fork's; bodies were written for these tests: each writes tables of the fork, so that
it fails once they are gone.
"""


def _auditing(function: str, table: str, columns: str, values: str) -> str:
    """A trigger function that writes one row of an audit table for each row that went."""
    return f"""
    CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO {table} ({columns}) SELECT {values} FROM gone_rows;
        RETURN NULL;
    END
    $$
    """  # noqa: S608 (all four are written below)


FUNCTIONS = {
    "asset_library_delete_audit": """
    CREATE FUNCTION asset_library_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_asset_audit ("assetId", "libraryId")
            SELECT id, "libraryId" FROM gone_rows WHERE "libraryId" IS NOT NULL;
        RETURN NULL;
    END
    $$
    """,
    "library_after_insert": """
    CREATE FUNCTION library_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId", "createId")
            SELECT "ownerId", id, "createId" FROM new_rows
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "library_user_delete_after_audit": _auditing(
        "library_user_delete_after_audit",
        "library_audit",
        '"libraryId", "userId"',
        '"libraryId", "userId"',
    ),
    "shared_space_asset_delete_audit": _auditing(
        "shared_space_asset_delete_audit",
        "shared_space_asset_audit",
        '"spaceId", "assetId"',
        '"spaceId", "assetId"',
    ),
    "shared_space_delete_audit": _auditing(
        "shared_space_delete_audit",
        "shared_space_audit",
        '"spaceId", "userId"',
        'id, "createdById"',
    ),
    "shared_space_delete_library_audit": """
    CREATE FUNCTION shared_space_delete_library_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO shared_space_library_audit ("spaceId", "libraryId")
            SELECT gone_rows.id, spaced."libraryId"
            FROM gone_rows
            JOIN shared_space_library spaced ON spaced."spaceId" = gone_rows.id;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_library_after_insert_user": """
    CREATE FUNCTION shared_space_library_after_insert_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId")
            SELECT member."userId", new_rows."libraryId"
            FROM new_rows JOIN shared_space_member member USING ("spaceId")
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_library_delete_audit": _auditing(
        "shared_space_library_delete_audit",
        "shared_space_library_audit",
        '"spaceId", "libraryId"',
        '"spaceId", "libraryId"',
    ),
    "shared_space_member_after_insert": """
    CREATE FUNCTION shared_space_member_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE shared_space SET "updatedAt" = clock_timestamp()
            WHERE id IN (SELECT "spaceId" FROM new_rows);
        RETURN NULL;
    END
    $$
    """,
    "shared_space_member_after_insert_library": """
    CREATE FUNCTION shared_space_member_after_insert_library()
    RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId")
            SELECT new_rows."userId", spaced."libraryId"
            FROM new_rows JOIN shared_space_library spaced USING ("spaceId")
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_member_delete_audit": _auditing(
        "shared_space_member_delete_audit",
        "shared_space_member_audit",
        '"spaceId", "userId"',
        '"spaceId", "userId"',
    ),
    "shared_space_member_delete_library_audit": """
    CREATE FUNCTION shared_space_member_delete_library_audit()
    RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM library_user gone USING gone_rows, shared_space_library spaced
            WHERE spaced."spaceId" = gone_rows."spaceId"
            AND gone."libraryId" = spaced."libraryId" AND gone."userId" = gone_rows."userId"
            AND NOT user_has_library_path(gone."userId", gone."libraryId", gone_rows."spaceId");
        RETURN NULL;
    END
    $$
    """,
    "user_has_library_path": """
    CREATE FUNCTION user_has_library_path(of_user uuid, to_library uuid, not_by_space uuid)
    RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM library WHERE id = to_library AND "ownerId" = of_user)
            OR EXISTS (
                SELECT FROM shared_space_library spaced JOIN shared_space_member USING ("spaceId")
                WHERE spaced."libraryId" = to_library AND "userId" = of_user
                AND "spaceId" <> not_by_space
            )
    $$
    """,
}


def _updating(table: str) -> tuple[str, str]:
    """The trigger that Immich's own function keeps ``updatedAt`` with: its name and statement."""
    name = f"{table}_updatedAt"
    return name, (
        f'CREATE TRIGGER "{name}" BEFORE UPDATE ON {table} '
        "FOR EACH ROW EXECUTE FUNCTION updated_at()"
    )


def _following(function: str, event: str, table: str, rows: str) -> tuple[str, str]:
    """A trigger that is named for its function: its name and statement."""
    transition = f"NEW TABLE AS {rows}" if event == "INSERT" else f"OLD TABLE AS {rows}"
    return function, (
        f"CREATE TRIGGER {function} AFTER {event} ON {table} REFERENCING {transition} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


TRIGGERS_ON_IMMICHS_TABLES = dict(
    (
        _following("library_after_insert", "INSERT", "library", "new_rows"),
        _following("asset_library_delete_audit", "DELETE", "asset", "gone_rows"),
    )
)

TRIGGERS_ON_FORK_TABLES = dict(
    (
        _following("library_user_delete_after_audit", "DELETE", "library_user", "gone_rows"),
        _following("shared_space_asset_delete_audit", "DELETE", "shared_space_asset", "gone_rows"),
        _following("shared_space_delete_audit", "DELETE", "shared_space", "gone_rows"),
        _following("shared_space_delete_library_audit", "DELETE", "shared_space", "gone_rows"),
        _following(
            "shared_space_library_delete_audit", "DELETE", "shared_space_library", "gone_rows"
        ),
        _following(
            "shared_space_library_after_insert_user",
            "INSERT",
            "shared_space_library",
            "new_rows",
        ),
        _following("shared_space_member_after_insert", "INSERT", "shared_space_member", "new_rows"),
        _following(
            "shared_space_member_after_insert_library",
            "INSERT",
            "shared_space_member",
            "new_rows",
        ),
        _following(
            "shared_space_member_delete_audit", "DELETE", "shared_space_member", "gone_rows"
        ),
        _following(
            "shared_space_member_delete_library_audit",
            "DELETE",
            "shared_space_member",
            "gone_rows",
        ),
        _updating("user_group"),
        _updating("library_user"),
        _updating("shared_space"),
        _updating("shared_space_member"),
        _updating("shared_space_asset"),
        _updating("shared_space_library"),
    )
)
