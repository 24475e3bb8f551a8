"""Everything a schema holds, one row a thing, as PostgreSQL itself writes it down."""

# What a definition is written with: the same for whoever asks.
SETTINGS = (
    "SET LOCAL search_path = public",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL quote_all_identifiers = off",
)

# kind, relation (with its schema; empty where it is none of a table's), name, definition.
# What an extension brought is known by the extension's version. That a column is not null is
# told of the column: to PostgreSQL 18 it is a constraint as well.
OBJECTS = r"""
WITH
schemas AS (
    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
brought AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
relations AS (
    SELECT pg_class.*, nspname || '.' || relname AS relation
    FROM pg_class JOIN schemas ON schemas.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
        AND ('pg_class'::regclass, pg_class.oid) NOT IN (SELECT * FROM brought)
),
owned AS (
    SELECT objid AS sequence, relation
    FROM pg_depend JOIN relations ON relations.oid = refobjid
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
        AND refobjsubid > 0 AND deptype IN ('a', 'i') AND relkind IN ('r', 'p')
)
SELECT 'schema' AS kind, '' AS relation, nspname::text AS name,
    concat_ws(' ', nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace')) AS definition
FROM schemas
UNION ALL
SELECT 'extension', '', extname::text, concat_ws(' ', extversion, extnamespace::regnamespace)
FROM pg_extension
UNION ALL
SELECT 'event trigger', '', evtname::text,
    concat_ws(' ', evtevent, evtenabled, evtfoid::regprocedure, evttags)
FROM pg_event_trigger
UNION ALL
SELECT 'publication', '', pubname::text, concat_ws(' ', puballtables, pubowner::regrole)
FROM pg_publication
UNION ALL
SELECT 'published', nspname || '.' || relname, pubname::text, ''
FROM pg_publication_rel
JOIN pg_publication ON pg_publication.oid = prpubid
JOIN pg_class ON pg_class.oid = prrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
UNION ALL
SELECT 'relation', coalesce(owned.relation, relations.relation), relations.relation,
    concat_ws(
        ' ', relkind, relpersistence, relowner::regrole, relacl, reloptions, relrowsecurity,
        relforcerowsecurity, relreplident, pg_get_partkeydef(oid),
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
        (SELECT pg_sequence::text FROM pg_sequence WHERE seqrelid = oid),
        obj_description(oid, 'pg_class')
    )
FROM relations LEFT JOIN owned ON owned.sequence = oid
UNION ALL
SELECT 'column', relation, attname::text,
    concat_ws(
        ' ', attnum, format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN 'NOT NULL' END, pg_get_expr(adbin, adrelid),
        nullif(attidentity, ''), nullif(attgenerated, ''), nullif(attcollation, 0)::regcollation,
        attstorage, attacl, attoptions, col_description(attrelid, attnum)
    )
FROM pg_attribute
JOIN relations ON relations.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'
UNION ALL
SELECT 'constraint', relation, conname::text,
    concat_ws(
        ' ', pg_get_constraintdef(pg_constraint.oid),
        obj_description(pg_constraint.oid, 'pg_constraint')
    )
FROM pg_constraint JOIN relations ON relations.oid = conrelid
WHERE contype <> 'n'
UNION ALL
SELECT 'index', relation, pg_class.relname::text,
    concat_ws(
        ' ', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident,
        obj_description(indexrelid, 'pg_class')
    )
FROM pg_index
JOIN relations ON relations.oid = indrelid
JOIN pg_class ON pg_class.oid = indexrelid
UNION ALL
SELECT 'trigger', relation, tgname::text,
    concat_ws(
        ' ', pg_get_triggerdef(pg_trigger.oid), tgenabled,
        obj_description(pg_trigger.oid, 'pg_trigger')
    )
FROM pg_trigger JOIN relations ON relations.oid = tgrelid
WHERE NOT tgisinternal
UNION ALL
SELECT 'rule', relation, rulename::text, concat_ws(' ', pg_get_ruledef(pg_rewrite.oid), ev_enabled)
FROM pg_rewrite JOIN relations ON relations.oid = ev_class
WHERE rulename <> '_RETURN'
UNION ALL
SELECT 'policy', relation, polname::text,
    concat_ws(
        ' ', polcmd, polpermissive, polroles::regrole[],
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    )
FROM pg_policy JOIN relations ON relations.oid = polrelid
UNION ALL
SELECT 'statistics', relation, stxname::text, pg_get_statisticsobjdef(pg_statistic_ext.oid)
FROM pg_statistic_ext JOIN relations ON relations.oid = stxrelid
UNION ALL
SELECT 'function', '', nspname || '.' || proname || '(' || oidvectortypes(proargtypes) || ')',
    concat_ws(
        ' ', proowner::regrole, proacl,
        CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(pg_proc.oid) ELSE prokind::text END,
        obj_description(pg_proc.oid, 'pg_proc')
    )
FROM pg_proc JOIN schemas ON schemas.oid = pronamespace
WHERE ('pg_proc'::regclass, pg_proc.oid) NOT IN (SELECT * FROM brought)
UNION ALL
SELECT 'type', '', nspname || '.' || typname,
    concat_ws(
        ' ', typtype, typowner::regrole, typacl,
        format_type(nullif(typbasetype, 0), typtypmod), typnotnull, typdefault,
        (
            SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder)
            FROM pg_enum WHERE enumtypid = pg_type.oid
        ),
        (
            SELECT string_agg(pg_get_constraintdef(pg_constraint.oid), ' ' ORDER BY conname)
            FROM pg_constraint WHERE contypid = pg_type.oid
        ),
        obj_description(pg_type.oid, 'pg_type')
    )
FROM pg_type JOIN schemas ON schemas.oid = typnamespace
WHERE typtype IN ('d', 'e', 'r')
    AND ('pg_type'::regclass, pg_type.oid) NOT IN (SELECT * FROM brought)
"""

# Of the rows above, as a relation `objects`: equal where all of them are.
DIGEST = """md5(string_agg(objects::text, E'\\n' ORDER BY objects::text COLLATE "C"))"""
